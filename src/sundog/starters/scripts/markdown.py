"""An editor for Markdown that shows the result while you type. Run it with: sundog run FILE."""

import solara

text = solara.reactive(
    """# A title

Write *Markdown* on the left. Formulas work, as $e^{i\\pi} = -1$, and so does code:

```python
print("hello")
```
"""
)


@solara.component
def Page():
    solara.Title("Markdown")
    with solara.Columns([1, 1]):
        solara.InputTextArea("Markdown", value=text, continuous_update=True, rows=20)
        with solara.Card():
            solara.Markdown(text.value)
