"""The WebSocket between a page and its kernel."""
