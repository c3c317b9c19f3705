"""Real applications made with solara-ui: the pages that its wheel ships."""
