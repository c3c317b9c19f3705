"""ipywidgets' `Output`."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
from IPython.display import HTML, clear_output, display
from ipywidgets import Output

from sundog.hooks.widgets import output_widget
from sundog.kernel.full_state import MOST_TRIES
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps, app_host
from tests.kernels import FakePage, close, eventually, run_in, settle, start_in
from tests.patience import PATIENCE


def outputs(out: Any) -> list[str]:
    return [
        item.get("text") or item.get("ename") or item["data"]["text/plain"] for item in out.outputs
    ]


def inside(kernel: VirtualKernel, work: Callable[[Any], Any]) -> Any:
    """Run something with a new `Output`, inside of it; return the widget."""

    def run() -> Any:
        out = Output()
        with out:
            work(out)
        return out

    return run_in(kernel, run)


def deltas(page: FakePage, out: Any) -> list[dict[str, Any]]:
    page.read()
    return [m[2] for m in page.messages if m[0] == "output" and m[1] == out.comm._comm_id]


def test_everything_a_notebook_shows_is_caught(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work(out: Any) -> None:
        print("printed")
        print("error", file=sys.stderr)
        display(HTML("<b>rich</b>"))
        display(ipywidgets.IntSlider())
        raise ValueError("caught")

    out = inside(kernel, work)
    assert [item["output_type"] for item in out.outputs] == [
        "stream",
        "stream",
        "display_data",
        "display_data",
        "error",
    ]
    assert out.outputs[2]["data"]["text/html"] == "<b>rich</b>"
    settle(kernel)
    assert deltas(page, out) == list(out.outputs)
    updates = [m for m in page.messages if m[0] == "msg" and "outputs" in str(m)]
    assert updates == []


def test_errors_are_shown_without_our_frames_and_suppressed(kernel: VirtualKernel) -> None:
    (item,) = inside(kernel, lambda out: 1 / 0).outputs
    trace = "\n".join(item["traceback"])
    assert item["ename"] == "ZeroDivisionError"
    assert "test_output_widget.py" in trace
    assert "sundog/hooks" not in trace


def test_errors_show_an_id_only_in_production(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with app_host(development=False) as host:
        apps = Apps(host, tmp_path)
        (item,) = inside(apps.kernel(), lambda out: {}["secret"]).outputs
        apps.close()
    assert "secret" not in str(item)
    error_id = item["evalue"].rpartition(" ")[2].rstrip(")")
    assert error_id in caplog.text
    assert "KeyError: 'secret'" in caplog.text


def test_cancellation_is_not_an_output(kernel: VirtualKernel) -> None:
    def work() -> Any:
        out = Output()
        with pytest.raises(asyncio.CancelledError), out:
            raise asyncio.CancelledError
        return out

    assert run_in(kernel, work).outputs == ()


def test_prints_of_a_callback_are_one_message(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()
    out = inside(kernel, lambda out: [print("line", number) for number in range(100)])
    settle(kernel)
    (item,) = deltas(page, out)
    assert item["text"].count("\n") == 100


def test_flushing_sends_at_once(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work(out: Any) -> None:
        print("one", end="", flush=True)
        assert [item["text"] for item in deltas(page, out)] == ["one"]

    kernel.outbox.release()
    inside(kernel, work)


def test_another_threads_lines_do_not_wait(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()
    out = run_in(kernel, Output)
    release = threading.Event()
    busy = start_in(kernel, lambda: release.wait(20))
    with kernel.entered(), out:
        print("from a thread")
    page.wait_until(lambda: bool(deltas(page, out)))
    release.set()
    busy.result(20)
    assert outputs(out) == ["from a thread\n"]


def test_clear_output(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work(out: Any) -> None:
        print("one")
        clear_output()
        print("two")
        clear_output(wait=True)
        assert outputs(out) == ["two\n"]
        print("three")

    out = inside(kernel, work)
    assert outputs(out) == ["three\n"]
    settle(kernel)
    kinds = [item.get("text", item.get("wait")) for item in deltas(page, out)]
    assert kinds == ["one\n", False, "two\n", True, "three\n"]
    run_in(kernel, out.clear_output)
    assert out.outputs == ()


def test_capture_decorates_functions_and_coroutines(kernel: VirtualKernel) -> None:
    out = run_in(kernel, Output)

    @out.capture(clear_output=True)
    def once(text: str) -> int:
        print(text)
        return 7

    @out.capture()
    async def later() -> None:
        await asyncio.sleep(0)
        print("later")

    def work() -> Any:
        once("gone")
        assert once("kept") == 7
        return asyncio.get_running_loop().create_task(later())

    run_in(kernel, work)
    while len(out.outputs[0]["text"]) < 11:
        settle(kernel)
    assert outputs(out) == ["kept\nlater\n"]


def test_threads_and_tasks_catch_their_own(kernel: VirtualKernel) -> None:
    first, second = run_in(kernel, lambda: (Output(), Output()))
    barrier = threading.Barrier(2)

    def say(out: Any, text: str) -> None:
        with out:
            for _ in range(3):
                barrier.wait(20)
                print(text)

    with kernel.entered():
        threads = [
            threading.Thread(target=say, args=(first, "first")),
            threading.Thread(target=say, args=(second, "second")),
        ]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(20)
    assert outputs(first) == ["first\n" * 3]
    assert outputs(second) == ["second\n" * 3]


def test_blocks_nest_and_are_left_in_order(kernel: VirtualKernel) -> None:
    def work() -> Any:
        outer, inner = Output(), Output()
        with outer:
            print("outer")
            with inner:
                print("inner")
                with inner:
                    print("again")
            print("outer again")
        return outer, inner

    outer, inner = run_in(kernel, work)
    assert outputs(outer) == ["outer\nouter again\n"]
    assert outputs(inner) == ["inner\nagain\n"]


def test_append_methods_send_only_what_is_new(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work() -> Any:
        out = Output()
        out.append_stdout("a")
        out.append_stderr("b")
        out.append_display_data(HTML("<i>c</i>"))
        return out

    out = run_in(kernel, work)
    assert [item["output_type"] for item in out.outputs] == ["stream", "stream", "display_data"]
    settle(kernel)
    assert len(deltas(page, out)) == 3


def test_setting_the_outputs_sends_them_all(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()
    item = {"output_type": "stream", "name": "stdout", "text": "set\n"}

    def work(out: Any) -> None:
        print("before")
        out.outputs = (item,)
        print("after")

    out = inside(kernel, work)
    assert outputs(out) == ["set\nafter\n"]
    settle(kernel)
    page.read()
    updates = [m[2]["state"] for m in page.messages if m[0] == "msg" and m[2]["method"] == "update"]
    assert updates == [{"outputs": [item]}]


def test_observers_are_told(kernel: VirtualKernel) -> None:
    changes: list[Any] = []

    def work(out: Any) -> None:
        out.observe(changes.append, "outputs")
        display("one")

    inside(kernel, work)
    (change,) = changes
    assert change.old == ()
    assert len(change.new) == 1


def test_observers_are_notified_of_updates(kernel: VirtualKernel) -> None:
    changes: list[Any] = []

    def work(out: Any) -> None:
        handle = display("one", display_id=True)
        out.observe(changes.append, "outputs")
        handle.update("two")
        handle.update("two")

    inside(kernel, work)
    (change,) = changes
    assert [item["data"]["text/plain"] for item in (*change.old, *change.new)] == ["'one'", "'two'"]


def test_what_apps_set_goes_on_like_anything_else(kernel: VirtualKernel) -> None:
    def work() -> Any:
        out = Output(outputs=[{"output_type": "stream", "name": "stdout", "text": "10%"}])
        with out:
            print("\r100%")
            handle = display("one", display_id="shown")
            out.outputs = (
                *out.outputs,
                {"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
            )
            handle.update("two")
            clear_output(wait=True)
        return out

    out = run_in(kernel, work)
    assert outputs(out) == ["100%\n", "'two'", "E"]
    with kernel.entered(), out:
        print("new")
    assert outputs(out) == ["new\n"]


def test_displays_are_updated_wherever_they_are(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work() -> Any:
        out = Output()
        with out:
            handle = display("one", display_id=True)
        handle.update("two")
        return out

    out = run_in(kernel, work)
    assert outputs(out) == ["'two'"]
    settle(kernel)
    page.read()
    assert page.messages[-1][1] == ""
    assert page.messages[-1][2]["output_type"] == "update_display_data"


def print_inside(out: Any) -> None:
    with out:
        print("stolen")


def clear_inside(out: Any) -> None:
    with out:
        clear_output()


OUTPUTS: dict[str, Callable[[Any], object]] = {
    "append_stdout": lambda out: out.append_stdout("stolen"),
    "append_stderr": lambda out: out.append_stderr("stolen"),
    "append_display_data": lambda out: out.append_display_data("stolen"),
    "outputs": lambda out: setattr(out, "outputs", ()),
    "clear_output": lambda out: out.clear_output(),
    "clear_output(wait)": lambda out: out.clear_output(wait=True),
    "with": print_inside,
    "with clear_output": clear_inside,
    "capture": lambda out: out.capture(clear_output=True)(lambda: print("stolen"))(),
}


class TestForeignOutput:
    @pytest.mark.parametrize("change", OUTPUTS.values(), ids=OUTPUTS)
    @pytest.mark.parametrize("state", ["open", "ended", "ended dry run"])
    def test_what_another_kernel_does_to_it_changes_neither_it_nor_the_others_page(
        self, apps: Apps, change: Any, state: str
    ) -> None:
        kernel, other = apps.kernel(), apps.kernel()
        kernel.is_dry_run = state == "ended dry run"
        theirs = FakePage(other)
        theirs.connect()
        out = inside(kernel, lambda out: print("mine"))
        settle(kernel)
        if state != "open":
            close(kernel)
        page = FakePage(kernel)
        page.connect(kernel.outbox.last)

        def work() -> None:
            display("shown")
            change(out)
            change(out)
            display("shown too")

        run_in(other, work)
        assert outputs(out) == ["mine\n"]
        assert [item["data"]["text/plain"] for item in other.page_area.items] == [
            "'shown'",
            "'shown too'",
        ]
        assert page.read() == []
        theirs.read()
        assert len([message for message in theirs.messages if message[0] == "error"]) == 1

    def test_errors_in_its_block_are_not_lost(self, apps: Apps) -> None:
        out = run_in(apps.kernel(), Output)

        def work() -> None:
            with out:
                raise ValueError("seen")

        with pytest.raises(ValueError, match="seen"):
            run_in(apps.kernel(), work)


class TestClosedOutput:
    def test_clearing_it_leaves_the_page(self, kernel: VirtualKernel) -> None:
        def work() -> Any:
            display("shown")
            out = Output()
            with out:
                print("inside")
            out.close()
            out.clear_output()
            clear_inside(out)
            with out:
                clear_output(wait=True)
                display("in its block")
            return out

        assert run_in(kernel, work).outputs == ()
        shown = [item["data"]["text/plain"] for item in kernel.page_area.items]
        assert shown == ["'shown'", "'in its block'"]

    def test_it_may_be_closed_in_its_own_block(self, kernel: VirtualKernel) -> None:
        def work() -> None:
            out = Output()
            with out:
                out.close()
                raise ValueError("after the end")

        run_in(kernel, work)


def test_without_a_kernel_its_own_is_used(kernel: VirtualKernel) -> None:
    out = run_in(kernel, Output)
    with out:
        print("from outside")
    assert outputs(out) == ["from outside\n"]


def test_interactive_output(kernel: VirtualKernel) -> None:
    def work() -> Any:
        slider = ipywidgets.IntSlider(value=1)
        out = ipywidgets.interactive_output(lambda x: print("x is", x), {"x": slider})
        slider.value = 5
        return out

    assert outputs(run_in(kernel, work)) == ["x is 5\n"]


def test_uninstall() -> None:
    before = {name: vars(Output).get(name) for name in output_widget.REPLACED}
    trait_class = type(Output.__dict__["outputs"])
    uninstall = output_widget.install()
    assert Output.__enter__ is not before["__enter__"]
    uninstall()
    assert {name: vars(Output).get(name) for name in output_widget.REPLACED} == before
    assert type(Output.__dict__["outputs"]) is trait_class


def test_what_is_replaced_exists() -> None:
    assert set(output_widget.REPLACED) <= set(dir(Output))
    assert Output.__dict__["outputs"].metadata["sync"]


def test_a_page_that_joins_while_a_thread_prints_sees_each_line_once(
    kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run_in(kernel, Output)
    late = FakePage(kernel, "late")
    held = threading.Event()
    stop = threading.Event()
    taken: list[int] = []
    wait, snapshot = kernel.output.barrier.wait, kernel.full_state.take

    def note_and_wait() -> None:
        if kernel.output.barrier.is_kept and threading.current_thread() is printer:
            held.set()
        wait()

    def overtaken() -> Any:
        state = snapshot()
        taken.append(len(state))
        if len(taken) == 1:
            # The thread prints between the state and its delivery.
            before = kernel.outbox.last
            eventually(lambda: kernel.outbox.last > before)
        else:
            # It would again, but is held back; what was under way meanwhile comes to its end.
            assert held.wait(PATIENCE)
        return state

    monkeypatch.setattr(kernel.output.barrier, "wait", note_and_wait)
    monkeypatch.setattr(kernel.full_state, "take", overtaken)

    def print_on() -> None:
        count = 0
        while not stop.is_set():
            out.append_stdout(f"<{count}>\n")
            count += 1

    printer = threading.Thread(target=print_on, daemon=True)
    printer.start()
    try:
        eventually(lambda: kernel.outbox.last > 5)
        late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: late.page.reader.state is None and len(late.messages) > 5)
    finally:
        stop.set()
        printer.join(PATIENCE)
    settle(kernel)
    late.read()
    (opening,) = [m for m in late.messages if m[0] == "open" and m[1] == out.comm._comm_id]
    text = "".join(item["text"] for item in opening[3]["state"]["outputs"])
    text += "".join(m[2]["text"] for m in late.messages if m[0] == "output")
    numbers = [int(line[1:-1]) for line in text.split()]
    assert numbers == list(range(numbers[-1] + 1))
    assert len(taken) < MOST_TRIES
