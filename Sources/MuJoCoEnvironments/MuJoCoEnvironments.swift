// MuJoCoEnvironments
