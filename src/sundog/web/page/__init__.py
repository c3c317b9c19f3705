"""The HTML page that the server sends, and its menu."""
