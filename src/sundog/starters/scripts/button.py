"""A button that counts its clicks. Run it with: sundog run FILE."""

import solara

clicks = solara.reactive(0)


def count():
    clicks.value += 1


@solara.component
def Page():
    solara.Title("Clicks")
    with solara.Column(align="start"):
        solara.Button(f"Clicked {clicks.value} times", on_click=count, color="primary")
        if clicks.value:
            solara.Button("Start again", on_click=lambda: clicks.set(0), text=True)
