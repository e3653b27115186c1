// PolicyStore
