"""A to-do list made of components. It needs reacton: pip install reacton

A component is a function that returns what to show for its state, and runs again when its state
changes. This file runs once, and its component is rendered for every page that opens.
"""

import reacton
import reacton.ipywidgets as w


@reacton.component
def Thing(text, on_done):
    with w.HBox():
        w.Label(value=text)
        w.Button(icon="check", description="done", on_click=on_done)


@reacton.component
def Page():
    things, set_things = reacton.use_state(("read this file", "change it"))
    text, set_text = reacton.use_state("")

    def add():
        if text.strip():
            set_things((*things, text.strip()))
            set_text("")

    with w.VBox():
        for number, thing in enumerate(things):
            rest = things[:number] + things[number + 1 :]
            Thing(thing, on_done=lambda rest=rest: set_things(rest)).key(f"{number} {thing}")
        with w.HBox():
            w.Text(value=text, on_value=set_text, placeholder="What else?")
            w.Button(description="Add", button_style="primary", on_click=add)
        w.Label(value=f"{len(things)} to do" if things else "All done.")
