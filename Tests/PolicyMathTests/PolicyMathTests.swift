// PolicyMathTests
