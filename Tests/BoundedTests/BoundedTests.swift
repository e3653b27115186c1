// BoundedTests
