"""``sundog doctor``: finds problems and suggests fixes."""
