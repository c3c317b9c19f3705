"""Finds and compiles an app (`loader`): a script, a notebook, a module or a Markdown file."""
