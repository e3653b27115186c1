// PolicyStoreTests
