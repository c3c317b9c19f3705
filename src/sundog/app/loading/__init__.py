"""Finds an app and compiles it: a script, a notebook, a module or a Markdown file."""
