"""Several worker processes that share one address."""
