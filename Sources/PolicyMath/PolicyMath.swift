// PolicyMath
