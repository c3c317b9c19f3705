"""Several server processes that share one address: who starts them, and how they work together."""
