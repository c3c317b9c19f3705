"""Widget libraries in a real browser that can reach nothing but this machine."""
