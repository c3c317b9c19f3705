"""ipycytoscape: a graph whose nodes can be dragged and clicked."""

import ipycytoscape
import ipywidgets as widgets

graph = ipycytoscape.CytoscapeWidget()
graph.graph.add_graph_from_json(
    {
        "nodes": [{"data": {"id": name}} for name in ("a", "b", "c")],
        "edges": [
            {"data": {"source": "a", "target": "b"}},
            {"data": {"source": "b", "target": "c"}},
        ],
    }
)
graph.set_layout(name="grid", rows=1, animate=False)
graph.layout.height = "260px"


def style(color):
    graph.set_style(
        [{"selector": "node", "style": {"label": "data(id)", "background-color": color}}]
    )


style("teal")
status = widgets.Label("In Python: no node was clicked")
count = 0


def tell(node):
    global count
    count += 1
    status.value = f"In Python: {node['data']['id']} was clicked ({count})"


graph.on("node", "click", tell)


def recolor(_):
    now = graph.get_style()[0]["style"]["background-color"]
    style("tomato" if now == "teal" else "teal")


button = widgets.Button(description="Other colour")
button.on_click(recolor)

page = widgets.VBox([widgets.HTML("<h1>ipycytoscape</h1>"), graph, button, status])
