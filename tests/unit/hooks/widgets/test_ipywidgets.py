"""Widgets live in the kernel that made them."""

from __future__ import annotations

import gc
import inspect
import json
import re
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
from IPython.display import display
from ipywidgets.widgets import widget as widget_module
from ipywidgets.widgets.widget import Widget

from sundog.app.host import Host
from sundog.errors import ForeignWidgetError, KernelStoppedError
from sundog.hooks.widgets import ipywidgets as hook
from sundog.hooks.widgets.description import CLOSED, describe
from sundog.hooks.widgets.instances import KernelInstances
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.message import Outgoing
from sundog.scope import scoped
from tests.kernels import FakePage, close, run_in, settle, start_in

MakeKernel = Callable[[], VirtualKernel]


@pytest.fixture
def kernel(make_hosted: MakeKernel) -> VirtualKernel:
    return make_hosted()


@pytest.fixture
def other(make_hosted: MakeKernel) -> VirtualKernel:
    return make_hosted()


@pytest.fixture
def page(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


def slider(**arguments: Any) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(**arguments)


class ClosesOnce(ipywidgets.Widget):
    """As those of jupyter_bokeh, it can't be closed twice."""

    closed = 0

    def close(self) -> None:
        self.closed += 1
        super().close()
        if self.closed > 1:
            raise KeyError(self)


def test_a_closed_widget_goes_without_being_closed_again(
    make_hosted: MakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    kernel = make_hosted()
    gone = run_in(kernel, lambda: weakref.ref(ClosesOnce()))
    close(kernel)
    gc.collect()
    assert gone() is None
    assert unraisable == []


def test_one_that_outlasts_the_hooks_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    host = Host(development=True)
    kernel = host.throw_away_kernel()
    kept = [run_in(kernel, ClosesOnce)]
    gone = weakref.ref(kept[0])
    close(kernel)
    host.close()
    kept.clear()
    gc.collect()
    assert gone() is None
    assert unraisable == []


class TestTable:
    def test_each_kernel_has_its_own(self, kernel: VirtualKernel, other: VirtualKernel) -> None:
        mine = run_in(kernel, slider)
        theirs = run_in(other, slider)

        assert mine in kernel.widgets.values()
        assert mine not in other.widgets.values()
        assert run_in(other, lambda: theirs.model_id) in other.widgets

    def test_the_tables_of_ipywidgets_show_the_running_kernels(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        run_in(kernel, slider)
        with kernel.entered():
            assert dict(widget_module._instances) == kernel.widgets
            assert len(widget_module._instances) == len(kernel.widgets) == 3
            assert "unknown" not in widget_module._instances
        with other.entered():
            assert len(widget_module._instances) == 0
            assert list(widget_module._instances) == []

    def test_a_model_id_of_another_kernel_is_no_widget(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        mine = run_in(kernel, slider)
        reference = run_in(kernel, lambda: f"IPY_MODEL_{mine.model_id}")
        convert = ipywidgets.widget_serialization["from_json"]

        assert run_in(kernel, lambda: convert(reference, None)) is mine
        assert run_in(other, lambda: convert(reference, None)) == reference

    def test_close_all_closes_the_running_kernels(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        run_in(kernel, slider)
        run_in(other, slider)
        run_in(kernel, Widget.close_all)
        assert not kernel.widgets
        assert len(other.widgets) == 3

    def test_it_is_a_table(self) -> None:
        table = KernelInstances()
        table["a"] = 1
        assert table["a"] == 1
        del table["a"]
        with pytest.raises(KeyError):
            table["a"]


def changes_of(page: FakePage) -> list[Any]:
    """Return what a page was sent about widgets."""
    page.read()
    return [message for message in page.messages if message[0] in ("msg", "close", "output")]


def errors_of(page: FakePage) -> list[str]:
    page.read()
    return [message[1]["text"] for message in page.messages if message[0] == "error"]


CHANGES: dict[str, Callable[[Any], object]] = {
    "trait": lambda box: setattr(box, "box_style", "info"),
    "own trait": lambda box: setattr(box, "tooltip", "theirs"),
    "children": lambda box: setattr(box, "children", ()),
    "held traits": lambda box: box.set_trait("box_style", "info"),
    "send": lambda box: box.send({"from": "another page"}),
    "send_state": lambda box: box.send_state("box_style"),
    "close": lambda box: box.close(),
}


class TestForeignUse:
    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_every_change_is_dropped_and_reported_once_to_who_made_it(
        self, kernel: VirtualKernel, other: VirtualKernel, page: FakePage, change: Any
    ) -> None:
        theirs = FakePage(other)
        theirs.connect()
        seen: list[object] = []
        label = run_in(kernel, lambda: ipywidgets.Label("mine"))
        mine = run_in(kernel, lambda: ipywidgets.VBox([label]))
        mine.observe(seen.append)
        page.read()
        page.messages.clear()
        for _ in range(2):
            run_in(other, lambda: change(mine))
        assert (mine.box_style, mine.children, mine.tooltip, seen) == ("", (label,), None, [])
        assert mine in kernel.widgets.values()
        assert changes_of(page) == []
        [text] = errors_of(theirs)
        assert re.search(rf"VBox belongs to another page .* made at {__file__}:\d+", text)
        assert errors_of(page) == []

    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_a_widget_of_an_ended_kernel_is_no_different(
        self, kernel: VirtualKernel, other: VirtualKernel, change: Any
    ) -> None:
        theirs = FakePage(other)
        theirs.connect()
        seen: list[object] = []
        mine = run_in(kernel, lambda: ipywidgets.VBox([ipywidgets.Label("mine")]))
        close(kernel)
        mine.observe(seen.append)
        for _ in range(2):
            run_in(other, lambda: change(mine))
        assert (mine.box_style, len(mine.children), seen) == ("", 1, [])
        # What has ended is closed already.
        assert len(errors_of(theirs)) == (0 if change is CHANGES["close"] else 1)

    def test_a_closed_widget_of_the_page_itself_can_be_changed(self, kernel: VirtualKernel) -> None:
        def work() -> Any:
            mine = slider()
            mine.close()
            mine.value = 7
            return mine

        assert run_in(kernel, work).value == 7

    def test_what_the_run_at_start_has_made_is_left_to_components(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        kernel.is_dry_run = True
        mine = run_in(kernel, slider)
        close(kernel)
        run_in(other, lambda: setattr(mine, "value", 7))
        assert mine.value == 7

    def test_in_production_it_is_logged_and_the_page_hears_nothing(
        self, kernel: VirtualKernel, other: VirtualKernel, caplog: pytest.LogCaptureFixture
    ) -> None:
        theirs = FakePage(other)
        theirs.connect()
        other.development = False
        mine = run_in(kernel, slider)
        for value in (1, 2):
            run_in(other, lambda value=value: setattr(mine, "value", value))
        assert errors_of(theirs) == []
        [record] = [each for each in caplog.records if "another page" in each.getMessage()]
        assert record.levelname == "WARNING"

    def test_showing_it_inside_another_is_an_error(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        mine = run_in(kernel, slider)
        with pytest.raises(ForeignWidgetError):
            run_in(other, lambda: ipywidgets.VBox([mine]))
        with pytest.raises(ForeignWidgetError):
            run_in(other, lambda: mine.model_id)

    def test_what_is_collected_while_another_kernel_runs_is_closed(
        self, kernel: VirtualKernel, other: VirtualKernel, page: FakePage
    ) -> None:
        mine = run_in(kernel, ipywidgets.Button)
        model_id = run_in(kernel, lambda: mine.model_id)
        page.read()
        run_in(other, mine.__del__)
        assert model_id not in kernel.widgets
        assert page.read() == [["close", model_id, {}]]

    def test_outside_of_kernels_it_can_be_closed(self, kernel: VirtualKernel) -> None:
        mine = run_in(kernel, ipywidgets.Button)
        mine.close()
        assert mine not in kernel.widgets.values()


class TestPages:
    def test_a_change_of_a_page_sets_the_trait_and_runs_the_callback(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        changes: list[Any] = []

        def make() -> ipywidgets.IntSlider:
            made = slider()
            made.observe(lambda change: changes.append(change["new"]), "value")
            return made

        mine = run_in(kernel, make)
        page.wait_for_ack(page.update(run_in(kernel, lambda: mine.model_id), value=7))

        assert mine.value == 7
        assert changes == [7]

    def test_with_one_page_nothing_is_echoed(self, kernel: VirtualKernel, page: FakePage) -> None:
        mine = run_in(kernel, slider)
        page.read()
        page.messages.clear()
        page.wait_for_ack(page.update(run_in(kernel, lambda: mine.model_id), value=7))
        assert page.messages == []

    def test_with_two_pages_the_other_hears_of_it_and_the_first_knows_its_own(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        other = FakePage(kernel, "other")
        other.connect()
        mine = run_in(kernel, slider)
        model_id = run_in(kernel, lambda: mine.model_id)
        page.read()
        other.read()
        page.messages.clear()
        other.messages.clear()
        number = page.update(model_id, value=7)
        page.wait_for_ack(number)
        other.read()

        state = {"method": "echo_update", "state": {"value": 7}, "buffer_paths": []}
        echo = ["msg", model_id, state, {"parent": f"page:{number}"}]
        assert page.messages == [echo]
        assert other.messages == [echo]

    def test_a_change_that_the_kernel_corrects_is_sent_to_all(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        mine = run_in(kernel, lambda: slider(max=10))
        model_id = run_in(kernel, lambda: mine.model_id)
        page.read()
        page.messages.clear()
        page.wait_for_ack(page.update(model_id, value=70))

        [message] = page.messages
        assert message[2]["state"] == {"value": 10}

    def test_a_later_page_gets_the_state_of_now(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        mine = run_in(kernel, slider)
        run_in(kernel, lambda: display(mine))
        gone = run_in(kernel, ipywidgets.Button)
        page.read()
        page.wait_for_ack(page.update(run_in(kernel, lambda: mine.model_id), value=7))
        run_in(kernel, gone.close)
        later = FakePage(kernel, "later")
        assert not later.connect()
        kernel.pages.synchronise(later.page)
        settle(kernel)
        opened = [message for message in later.read() if message[0] == "open"]
        states = {message[1]: message[3]["state"] for message in opened}

        of_gone = {gone.layout.comm.comm_id, gone.style.comm.comm_id}
        assert states.keys() == kernel.widgets.keys() - of_gone
        assert states[run_in(kernel, lambda: mine.model_id)]["value"] == 7

    def test_binary_state_is_described_with_its_buffers(self, kernel: VirtualKernel) -> None:
        image = run_in(kernel, lambda: ipywidgets.Image(value=b"pixels"))
        message = run_in(kernel, lambda: describe(image.comm))

        assert message.buffers == (b"pixels",)
        _, _, target, data, metadata = json.loads(message.text)
        assert target == "jupyter.widget"
        assert data["buffer_paths"] == [["value"]]
        assert metadata == {"version": widget_module.__protocol_version__}

    def test_closed_widgets_are_left_out(self, kernel: VirtualKernel) -> None:
        def make() -> Outgoing:
            stays, goes = ipywidgets.Label("stays"), ipywidgets.Label("goes")
            box = ipywidgets.VBox([goes, ipywidgets.HBox([stays])])
            goes.close()
            stays.style.close()
            assert stays.comm is not None
            assert json.loads(describe(stays.comm).text)[3]["state"]["style"] is None
            assert box.comm is not None
            return describe(box.comm)

        [_, _, _, data, _] = json.loads(run_in(kernel, make).text)
        assert len(data["state"]["children"]) == 1

    @pytest.mark.parametrize(("selected", "shown"), [(0, 0), (1, 1), (2, 1)])
    def test_titles_are_those_of_the_children_that_are_left(
        self, kernel: VirtualKernel, selected: int, shown: int
    ) -> None:
        def make() -> Outgoing:
            labels = [ipywidgets.Label(each) for each in "abc"]
            tab = ipywidgets.Tab(labels, titles=["A", "B", "C"], selected_index=selected)
            labels[1].close()
            assert tab.comm is not None
            return describe(tab.comm)

        [_, _, _, data, _] = json.loads(run_in(kernel, make).text)
        assert len(data["state"]["children"]) == 2
        assert data["state"]["titles"] == ["A", "C"]
        assert data["state"]["selected_index"] == shown

    def test_closed_children_of_a_stack_keep_their_place(self, kernel: VirtualKernel) -> None:
        def make() -> tuple[str, Outgoing]:
            goes, stays = ipywidgets.Label("a"), ipywidgets.Label("b")
            stack = ipywidgets.Stack([goes, stays], selected_index=1)
            goes.close()
            assert stack.comm is not None
            return stays.model_id, describe(stack.comm)

        stays, described = run_in(kernel, make)
        [_, _, _, data, _] = json.loads(described.text)
        assert data["state"]["children"] == [CLOSED, f"IPY_MODEL_{stays}"]
        assert data["state"]["selected_index"] == 1

    def test_another_comm_is_described_by_what_it_was_opened_with(
        self, kernel: VirtualKernel
    ) -> None:
        comm = KernelComm(kernel.comms, "other", data={"x": 1}, comm_id="c")
        assert json.loads(describe(comm).text) == ["open", "c", "other", {"x": 1}, {}]

    def test_a_page_may_make_a_widget(self, kernel: VirtualKernel, page: FakePage) -> None:
        state = {
            "_model_name": "IntSliderModel",
            "_model_module": "@jupyter-widgets/controls",
            "_model_module_version": "2.0.0",
            "_view_name": "IntSliderView",
            "_view_module": "@jupyter-widgets/controls",
            "_view_module_version": "2.0.0",
            "value": 5,
        }
        metadata = {"version": widget_module.__protocol_version__}
        number = page.send(["open", "new", "jupyter.widget", {"state": state}, metadata])
        page.wait_for_ack(number)

        assert isinstance(kernel.widgets["new"], ipywidgets.IntSlider)
        assert kernel.widgets["new"].value == 5

    def test_a_progress_bar_is_driven_from_a_thread(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        def start() -> threading.Thread:
            bar = ipywidgets.IntProgress(max=5)

            def work() -> None:
                for value in range(1, 6):
                    bar.value = value

            thread = threading.Thread(target=work)
            thread.start()
            return thread

        run_in(kernel, start).join()
        page.read()

        values = [message[2]["state"]["value"] for message in page.messages if message[0] == "msg"]
        assert values == [1, 2, 3, 4, 5]

    def test_a_page_that_comes_while_a_thread_publishes_ends_up_right(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        bar = run_in(kernel, lambda: ipywidgets.IntProgress(max=100_000))
        model_id = run_in(kernel, lambda: bar.model_id)
        page.read()
        page.wait_for_ack(page.update(model_id, value=0))
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                bar.value += 1

        def start() -> threading.Thread:
            thread = threading.Thread(target=work)
            thread.start()
            return thread

        thread = run_in(kernel, start)
        late = FakePage(kernel, "late")
        assert not late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: len(late.messages) > 50)
        stop.set()
        thread.join()
        late.read()

        shown = None
        for message in late.messages:
            if message[1:2] != [model_id]:
                continue
            if message[0] == "open":
                assert shown is None, "opened twice"
                shown = message[3]["state"]["value"]
            else:
                assert shown is not None, "changed before it was opened"
                assert message[2]["state"]["value"] >= shown, "it went back"
                shown = message[2]["state"]["value"]
        assert shown == bar.value


class TestEnd:
    def test_closing_a_kernel_closes_its_widgets(self, make_hosted: MakeKernel) -> None:
        kernel = make_hosted()
        mine = run_in(kernel, slider)
        close(kernel)
        assert mine.comm is None
        assert not kernel.widgets

    def test_plain_widgets_are_freed_at_once_and_all_by_one_collection(
        self, make_hosted: MakeKernel
    ) -> None:
        kernel = make_hosted()

        def make() -> list[weakref.ref[Any]]:
            button = ipywidgets.Button()
            button.on_click(lambda _: button.close())
            everything = [
                ipywidgets.Layout(),
                ipywidgets.VBox([slider(), button, ipywidgets.Text()]),
                ipywidgets.interactive(lambda x: x, x=3),
                button,
            ]
            kernel.namespace["everything"] = everything
            return [weakref.ref(widget) for widget in kernel.widgets.values()]

        gone = run_in(kernel, make)
        assert len(gone) > 10
        close(kernel)
        gc.collect()

        assert [one() for one in gone if one() is not None] == []

    def test_a_widget_that_a_library_makes_after_the_end_is_collected_without_an_error(
        self, make_hosted: MakeKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unraisable: list[Any] = []
        monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
        kernel = make_hosted()
        close(kernel)
        with scoped(kernel.scope.of_library()):
            gone = weakref.ref(slider())
        kernel.widgets.clear()
        kernel.comms.comms.clear()
        gc.collect()

        assert gone() is None
        assert unraisable == []

    def test_a_widget_that_a_thread_still_holds_harms_nobody(
        self, make_hosted: MakeKernel, other: VirtualKernel
    ) -> None:
        kernel = make_hosted()
        mine = run_in(kernel, slider)
        close(kernel)
        with kernel.entered(), pytest.raises(KernelStoppedError):
            mine.value = 5
        # A library's thread is not stopped, because other kernels may rely on it.
        with scoped(kernel.scope.of_library()):
            mine.value = 5
            late = slider()
            late.close()
        mine.close()
        del mine
        gc.collect()
        assert run_in(other, lambda: "fine") == "fine"

    def test_work_is_stopped_by_nothing_of_another(
        self, make_hosted: MakeKernel, other: VirtualKernel
    ) -> None:
        kernel = make_hosted()
        release = threading.Event()
        running = start_in(other, lambda: release.wait(10))
        run_in(kernel, slider)
        close(kernel)
        release.set()
        assert running.result(10)


class TestHook:
    def test_what_is_replaced_is_there(self) -> None:
        assert isinstance(widget_module._instances, dict)
        assert list(inspect.signature(Widget.open).parameters) == ["self"]
        assert list(inspect.signature(Widget.close).parameters) == ["self"]
        assert "_instances" in inspect.getsource(Widget.close)
        assert "comm.create_comm" in inspect.getsource(Widget.open)
        assert "_instances[self.model_id] = self" in inspect.getsource(Widget)

    def test_uninstall_restores_everything(self) -> None:
        def now() -> tuple[object, ...]:
            return widget_module._instances, Widget.open, Widget.close, Widget.__del__

        before = now()
        uninstall = hook.install()
        assert all(new is not old for new, old in zip(now(), before, strict=True))
        uninstall()
        assert now() == before

    def test_a_closed_host_leaves_ipywidgets_as_it_was(self) -> None:
        before = widget_module._instances
        Host(development=True).close()
        assert widget_module._instances is before
