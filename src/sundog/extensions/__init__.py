"""The front-end packages of installed widget libraries."""
