// EnvironmentsTests
