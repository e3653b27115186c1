// PolicyKernels
