"""HTTP and WebSocket: the only package that imports Starlette."""
