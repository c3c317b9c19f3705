"""The front-end packages of widget libraries that are installed beside the server."""
