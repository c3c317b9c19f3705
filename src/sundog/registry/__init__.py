"""All kernels of one worker process: who owns them, when they end, and how many there may be."""
