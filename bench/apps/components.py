"""An app of Solara's components: a form of four inputs beside a text, in Solara's own layout."""

import solara

name = solara.reactive("Ada")
age = solara.reactive(36)
likes = solara.reactive(["tea"])
loud = solara.reactive(False)


@solara.component
def Page():
    solara.Title("Components")
    with solara.Sidebar():
        solara.InputText("Name", value=name)
        solara.SliderInt("Age", value=age, min=0, max=120)
        solara.SelectMultiple("Likes", values=likes, all_values=["tea", "coffee", "water"])
        solara.Checkbox(label="Loud", value=loud)
    text = f"{name.value}, {age.value}, likes {', '.join(likes.value)}"
    solara.Text(text.upper() if loud.value else text)
    solara.Button("Another year", on_click=lambda: age.set(age.value + 1))
