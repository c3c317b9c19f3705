"""A full state contains the widgets that a page needs; the others follow when they are used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
from IPython.display import display
from traitlets import Unicode

from sundog.kernel.kernel import VirtualKernel
from tests.kernels import FakePage, close, run_in, settle
from tests.patience import PATIENCE

MakeKernel = Callable[[], VirtualKernel]


class Keyboard(ipywidgets.DOMWidget):
    """A widget of another package, whose model may act without a view."""

    _model_module = Unicode("keyboard").tag(sync=True)
    _view_module = Unicode("keyboard").tag(sync=True)
    _view_name = Unicode("KeyboardView").tag(sync=True)


@pytest.fixture
def kernel(make_hosted: MakeKernel) -> VirtualKernel:
    return make_hosted()


@pytest.fixture
def first(kernel: VirtualKernel) -> FakePage:
    """A page that gets every message."""
    page = FakePage(kernel, "first")
    page.connect()
    return page


def late_page(kernel: VirtualKernel, page_id: str = "late") -> FakePage:
    """Connect a page that needs the full state, and give it that."""
    page = FakePage(kernel, page_id)
    assert not page.connect(10**9)
    kernel.pages.synchronise(page.page)
    settle(kernel)
    page.read()
    return page


def opened(page: FakePage) -> list[str]:
    """Return the ids of the models that a page was told to open."""
    return [message[1] for message in page.messages if message[0] == "open"]


def model_id(widget: ipywidgets.Widget) -> str:
    return str(widget.comm._comm_id)


def show(kernel: VirtualKernel, make: Callable[[], Any]) -> Any:
    """Make a widget in a kernel, and display it."""

    def run() -> Any:
        widget = make()
        display(widget)
        return widget

    return run_in(kernel, run)


def rebuild(box: ipywidgets.Box, times: int) -> None:
    for number in range(times):
        box.children = [ipywidgets.Label(f"{number}.{row}") for row in range(20)]


def test_what_an_app_has_replaced_is_left_out(kernel: VirtualKernel, first: FakePage) -> None:
    box = show(kernel, ipywidgets.VBox)
    run_in(kernel, lambda: rebuild(box, 50))
    late = late_page(kernel)

    assert len(kernel.widgets) > 3000
    # The box and its layout; twenty labels, each with a layout and a style.
    assert len(opened(late)) == 62
    assert {model_id(label) for label in box.children} < set(opened(late))
    labels = [m[3]["state"]["value"] for m in late.messages if m[0] == "open" and "value" in str(m)]
    assert "49.0" in str(labels)


def test_nothing_is_described_twice_and_all_that_is_named_is_there(
    kernel: VirtualKernel, first: FakePage
) -> None:
    show(
        kernel,
        lambda: ipywidgets.Tab([ipywidgets.Button(), ipywidgets.HBox([ipywidgets.Text()])]),
    )
    late = late_page(kernel)

    assert len(opened(late)) == len(set(opened(late)))
    text = str(late.messages)
    named = {
        text[at + 10 : at + 42] for at in range(len(text)) if text[at:].startswith("IPY_MODEL_")
    }
    assert named
    assert named < set(opened(late))


def test_a_widget_that_was_left_out_is_opened_before_what_shows_it(
    kernel: VirtualKernel, first: FakePage
) -> None:
    box = show(kernel, ipywidgets.VBox)
    hidden = run_in(kernel, lambda: ipywidgets.HBox([ipywidgets.Label("hidden")]))
    late = late_page(kernel)
    late.messages.clear()
    run_in(kernel, lambda: setattr(hidden.children[0], "layout", ipywidgets.Layout(width="9px")))
    run_in(kernel, lambda: setattr(box, "children", [hidden]))
    late.read()

    [shown] = [m for m in late.messages if m[0] == "msg" and m[1] == model_id(box)]
    before = late.messages[: late.messages.index(shown)]
    names = [message[1] for message in before if message[0] == "open"]
    assert {model_id(hidden), model_id(hidden.children[0])} <= set(names)
    # Children first, as when they were made.
    assert names.index(model_id(hidden.children[0])) < names.index(model_id(hidden))
    assert len(names) == len(set(names))


@pytest.mark.parametrize("change", ["display", "value", "custom", "new parent", "thread"])
def test_every_use_of_one_opens_it_once(
    kernel: VirtualKernel, first: FakePage, change: str
) -> None:
    hidden = run_in(kernel, lambda: ipywidgets.Text("hidden"))
    late = late_page(kernel)
    assert model_id(hidden) not in opened(late)

    def in_thread() -> None:
        thread = threading.Thread(target=lambda: setattr(hidden, "value", "seen"))
        thread.start()
        thread.join(PATIENCE)

    uses: dict[str, Callable[[], Any]] = {
        "display": lambda: display(hidden),
        "value": lambda: setattr(hidden, "value", "seen"),
        "custom": lambda: hidden.send({"do": "it"}),
        "new parent": lambda: ipywidgets.VBox([hidden]),
        "thread": in_thread,
    }
    late.messages.clear()
    for _ in range(2):
        run_in(kernel, uses[change])
    late.read()

    assert opened(late).count(model_id(hidden)) == 1
    names = [m[1] for m in late.messages if m[0] == "open"]
    assert model_id(hidden) in names
    mentions = [model_id(hidden) in str(message) for message in late.messages]
    assert late.messages[mentions.index(True)][:2] == ["open", model_id(hidden)]


def test_closing_one_does_not_open_it(kernel: VirtualKernel, first: FakePage) -> None:
    hidden = run_in(kernel, lambda: ipywidgets.Text("hidden"))
    comm_id = model_id(hidden)
    late = late_page(kernel)
    late.messages.clear()
    run_in(kernel, hidden.close)
    late.read()

    assert late.messages == [["close", comm_id, {}]]


def test_a_link_is_left_out_only_with_both_its_ends(kernel: VirtualKernel, first: FakePage) -> None:
    shown = show(kernel, ipywidgets.IntSlider)

    def link() -> tuple[Any, ...]:
        first, second, third = (ipywidgets.IntSlider() for _ in range(3))
        of_shown = ipywidgets.jslink((shown, "value"), (first, "value"))
        return first, second, of_shown, ipywidgets.jslink((second, "value"), (third, "value"))

    linked, unseen, of_shown, of_unseen = run_in(kernel, link)
    late = late_page(kernel)

    assert {model_id(linked), model_id(of_shown)} < set(opened(late))
    assert not {model_id(unseen), model_id(of_unseen)} & set(opened(late))

    run_in(kernel, lambda: display(unseen))
    late.read()
    assert {model_id(unseen), model_id(of_unseen)} < set(opened(late))


def test_models_of_other_packages_may_act_unseen(kernel: VirtualKernel, first: FakePage) -> None:
    keyboard = run_in(kernel, Keyboard)
    dropped = show(kernel, lambda: ipywidgets.VBox([Keyboard()])).children[0]
    run_in(kernel, kernel.output.page.clear)
    late = late_page(kernel)

    assert model_id(keyboard) in opened(late)
    assert model_id(dropped) not in opened(late)


def test_text_of_an_output_that_was_left_out_comes_once(
    kernel: VirtualKernel, first: FakePage
) -> None:
    out = run_in(kernel, ipywidgets.Output)
    run_in(kernel, lambda: out.append_stdout("first line\n"))
    late = late_page(kernel)
    assert model_id(out) not in opened(late)
    run_in(kernel, lambda: out.append_stdout("second line\n"))
    run_in(kernel, lambda: display(out))
    late.read()

    assert str(late.messages).count("first line") == 1
    assert str(late.messages).count("second line") == 1


def test_text_that_waited_while_the_state_was_taken_comes_once(
    kernel: VirtualKernel, first: FakePage
) -> None:
    out = run_in(kernel, ipywidgets.Output)

    def run() -> FakePage:
        out.append_stdout("held back")
        page = FakePage(kernel, "late")
        page.connect(10**9)
        kernel.full_state.give(page.page)
        return page

    late = run_in(kernel, run)
    settle(kernel)
    run_in(kernel, lambda: display(out))
    late.read()

    assert str(late.messages).count("held back") == 1


def test_a_widget_in_a_window_of_its_own_is_kept(kernel: VirtualKernel, first: FakePage) -> None:
    hidden = run_in(kernel, lambda: ipywidgets.Text("hidden"))
    late_page(kernel, "other")
    run_in(kernel, lambda: kernel.full_state.keep(model_id(hidden)))
    run_in(kernel, lambda: kernel.full_state.keep("unknown"))
    late = late_page(kernel)

    assert model_id(hidden) in opened(late)


def test_a_second_state_leaves_the_first_ones_gaps_known(
    kernel: VirtualKernel, first: FakePage
) -> None:
    """Each page that lacks a widget gets it, whatever other pages have got meanwhile."""
    hidden = run_in(kernel, lambda: ipywidgets.Text("hidden"))
    one = late_page(kernel, "one")
    run_in(kernel, lambda: kernel.output.page.append({"output_type": "display_data", "data": {}}))
    two = late_page(kernel, "two")
    run_in(kernel, lambda: display(hidden))
    for page in (one, two, first):
        page.read()
        assert model_id(hidden) in opened(page)


def test_a_broken_widget_that_is_shown_does_not_stop_the_others(
    kernel: VirtualKernel, first: FakePage, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = run_in(kernel, lambda: ipywidgets.Text("hidden"))
    late = late_page(kernel)
    run_in(kernel, lambda: setattr(hidden, "get_state", lambda *a, **k: 1 / 0))
    run_in(kernel, lambda: display(hidden))
    late.read()

    assert "ZeroDivisionError" in caplog.text
    assert late.messages[-1][0] == "output"


def test_it_ends_with_widgets_left_out(kernel: VirtualKernel, first: FakePage) -> None:
    run_in(kernel, lambda: [ipywidgets.Text() for _ in range(10)])
    late_page(kernel)
    close(kernel)

    assert kernel.widgets == {}
