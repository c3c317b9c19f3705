"""Finding, compiling and running the application."""
