"""All kernels of one worker process: their owners, lifetimes and limits."""
