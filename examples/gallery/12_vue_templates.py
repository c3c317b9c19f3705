"""ipyvue: your own component in a .vue file; its data and methods are in Python."""

import ipywidgets as widgets
import traitlets
from ipyvue import VueTemplate


class Todo(VueTemplate):
    """A to-do list that the page and Python share."""

    template_file = (__file__, "todo.vue")
    items = traitlets.List().tag(sync=True)

    def vue_toggle(self, index):
        """Change an item that the page has ticked."""
        self.items = [
            {**item, "done": not item["done"]} if number == index else item
            for number, item in enumerate(self.items)
        ]


todo = Todo(items=[{"text": "write", "done": True}, {"text": "test", "done": False}])
add = widgets.Button(description="Add a task")
status = widgets.Label()


@add.on_click
def add_task(_):
    todo.items = [*todo.items, {"text": f"task {len(todo.items) + 1}", "done": False}]


def tell(_=None):
    done = [item["text"] for item in todo.items if item["done"]]
    status.value = f"In Python: done = {done}"


todo.observe(tell, "items")
tell()

page = widgets.VBox([todo, add, status])
