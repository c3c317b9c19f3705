"""Widget libraries as they are: what they make at import exists once per kernel.

Each test needs its library and is skipped where that is not installed. tests/gallery runs them
where all are.
"""

from __future__ import annotations

import gc
import importlib
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets
import pytest
import traitlets

from sundog.kernel.kernel import VirtualKernel
from tests.kernels import FakePage, close, run_in

MakeKernel = Callable[[], VirtualKernel]
Make = Callable[[], ipywidgets.Widget]


def use_ipyvuetify(library: Any) -> ipywidgets.Widget:
    library.theme.dark = True
    library.VuetifyTemplate(template="<template><div>{{x}}</div></template>")
    return library.Btn(children=["press"])


def use_ipyvue(library: Any) -> ipywidgets.Widget:
    return library.Html(tag="div", children=["text"])


def use_ipycanvas(library: Any) -> ipywidgets.Widget:
    canvas = library.Canvas(width=10, height=10)
    canvas.fill_rect(0, 0, 5, 5)
    return library.MultiCanvas(2)


def use_anywidget(library: Any) -> ipywidgets.Widget:
    class Counter(library.AnyWidget):  # type: ignore[misc, name-defined]
        _esm = "export default { render() {} }"
        count = traitlets.Int(0).tag(sync=True)

    return Counter(count=2)


def use_bqplot(library: Any) -> ipywidgets.Widget:
    scale = library.LinearScale()
    line = library.Lines(x=[1, 2], y=[3, 4], scales={"x": scale, "y": scale})
    return library.Figure(marks=[line], axes=[library.Axis(scale=scale)])


def use_ipyleaflet(library: Any) -> ipywidgets.Widget:
    shown = library.Map(center=(1, 2))
    shown.add(library.Marker(location=(1, 2)))
    return shown


LIBRARIES = [use_anywidget, use_bqplot, use_ipycanvas, use_ipyleaflet, use_ipyvue, use_ipyvuetify]


@pytest.fixture(params=LIBRARIES, ids=lambda use: use.__name__.removeprefix("use_"))
def make(request: pytest.FixtureRequest, host: object) -> Make:
    """Make a widget of a library, in the running kernel."""
    name = request.param.__name__.removeprefix("use_")
    pytest.importorskip(name)
    library = importlib.import_module(name)
    return lambda: request.param(library)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def test_each_kernel_gets_all_that_a_widget_refers_to(make: Make, make_hosted: MakeKernel) -> None:
    opened_before: set[str] = set()
    for kernel in (make_hosted(), make_hosted()):
        page = FakePage(kernel)
        page.connect()
        model_id = run_in(kernel, lambda: make().model_id)
        page.read()

        opened = {message[1] for message in page.messages if message[0] == "open"}
        referred = {
            text.removeprefix("IPY_MODEL_")
            for text in strings(page.messages)
            if text.startswith("IPY_MODEL_")
        }
        assert model_id in opened
        assert referred <= opened
        assert opened.isdisjoint(opened_before)
        assert {message[0] for message in page.messages} <= {"open", "msg"}
        opened_before |= opened


def test_a_kernel_that_ends_keeps_none_of_them(make: Make, make_hosted: MakeKernel) -> None:
    kernel = make_hosted()
    run_in(kernel, lambda: kernel.namespace.update(shown=make()))
    gone = [weakref.ref(widget) for widget in kernel.widgets.values()]
    close(kernel)
    gc.collect()

    assert [one() for one in gone if one() is not None] == []


def test_a_theme_is_the_kernels_own(make_hosted: MakeKernel, host: object) -> None:
    vuetify = pytest.importorskip("ipyvuetify")
    one, other = make_hosted(), make_hosted()
    run_in(one, lambda: setattr(vuetify.theme, "dark", True))
    run_in(one, lambda: setattr(vuetify.theme.themes.light, "primary", "#123456"))

    assert run_in(one, lambda: vuetify.theme.dark) is True
    assert not run_in(other, lambda: vuetify.theme.dark)
    assert run_in(one, lambda: vuetify.theme.themes.light.primary) == "#123456"
    assert run_in(other, lambda: vuetify.theme.themes.light.primary) != "#123456"


def test_components_registered_at_import_are_in_every_kernel(
    make_hosted: MakeKernel, host: object
) -> None:
    ipyvue = pytest.importorskip("ipyvue")
    source = "<template><b>component</b></template>"
    ipyvue.register_component_from_string("sundog-test", source)
    for kernel in (make_hosted(), make_hosted()):
        run_in(kernel, lambda: ipyvue.VueTemplate(template="<template><i/></template>"))
        sources = [getattr(widget, "component", "") for widget in kernel.widgets.values()]
        assert source in sources


def test_pyplot_draws_into_the_kernels_figure(make_hosted: MakeKernel, host: object) -> None:
    pytest.importorskip("bqplot")
    from bqplot import pyplot

    def draw(title: str) -> Any:
        pyplot.figure("figure", title=title)
        pyplot.plot([1, 2], [3, 4])
        return pyplot.current_figure()

    one, other = make_hosted(), make_hosted()
    mine = run_in(one, lambda: draw("one"))
    theirs = run_in(other, lambda: draw("other"))
    assert (mine.title, theirs.title) == ("one", "other")
    assert mine.marks[0].model_id in one.widgets
    assert run_in(one, pyplot.current_figure) is mine
