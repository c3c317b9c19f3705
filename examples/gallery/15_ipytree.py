"""ipytree: a tree whose nodes can be selected and opened."""

import ipytree
import ipywidgets as widgets

leaves = {name: ipytree.Node(name, icon="leaf") for name in ("Oak", "Birch", "Spruce", "Pine")}
tree = ipytree.Tree(multiple_selection=False)
tree.add_node(ipytree.Node("Broadleaved", [leaves["Oak"], leaves["Birch"]], icon="tree"))
tree.add_node(ipytree.Node("Conifers", [leaves["Spruce"], leaves["Pine"]], icon="tree"))

status = widgets.Label("In Python: nothing is selected")


def tell(_):
    names = [node.name for node in tree.selected_nodes]
    status.value = f"In Python: {', '.join(names) or 'nothing'} is selected"


tree.observe(tell, "selected_nodes")


def grow(_):
    conifers = tree.nodes[1]
    conifers.add_node(ipytree.Node(f"Larch {len(conifers.nodes) - 1}", icon="leaf"))


button = widgets.Button(description="Plant a larch")
button.on_click(grow)

page = widgets.VBox([widgets.HTML("<h1>ipytree</h1>"), tree, button, status])
