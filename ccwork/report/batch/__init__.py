"""Many agencies: jobs, kernels, workers, what is kept and what is made again."""
