"""The shell that IPython finds."""

from __future__ import annotations

import builtins
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML, Image, clear_output, display
from IPython.utils.capture import capture_output

from sundog.hooks.ipython import hook as ipython
from sundog.hooks.ipython.shell import SundogShell
from tests.apps import Apps
from tests.kernels import FakePage, run_in


def shell() -> Any:
    return InteractiveShell.instance()


def test_it_is_the_process_shell(apps: Apps) -> None:
    assert isinstance(get_ipython(), SundogShell)
    assert InteractiveShell.initialized()
    # How tqdm and others tell that a page shows what they display.
    assert "IPKernelApp" in shell().config


def test_making_it_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    names = set(vars(builtins))
    state = (sys.excepthook, sys.displayhook, sys.modules["__main__"], list(sys.path))
    uninstall = ipython.install()
    try:
        # Libraries ask this one whether there is a page.
        assert set(vars(builtins)) == names | {"get_ipython"}
        assert (sys.excepthook, sys.displayhook, sys.modules["__main__"], list(sys.path)) == state
        assert not hasattr(sys, "ps1")
        assert os.listdir(tmp_path) == []
    finally:
        uninstall()
    assert set(vars(builtins)) == names


def test_displays_go_to_the_page_or_nowhere_else(apps: Apps) -> None:
    kernel = apps.kernel()

    def work() -> None:
        display(HTML("<b>one</b>"), "two", metadata={"x": 1})
        display({"text/plain": "raw"}, raw=True)

    run_in(kernel, work)
    assert [item["data"]["text/plain"] for item in kernel.page_area.items] == [
        "<IPython.core.display.HTML object>",
        "'two'",
        "raw",
    ]
    run_in(kernel, clear_output)
    assert kernel.page_area.items == []


def test_outside_of_kernels_displays_are_printed(
    apps: Apps, capsys: pytest.CaptureFixture[str]
) -> None:
    display("text")
    assert capsys.readouterr().out == "'text'\n"


def test_widgets_are_shown_without_their_repr(apps: Apps) -> None:
    kernel = apps.kernel()
    run_in(kernel, lambda: display(ipywidgets.IntSlider()))
    (item,) = kernel.page_area.items
    assert item["data"]["text/plain"] == "<IntSlider>"
    assert item["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] in kernel.widgets


def test_bytes_are_text_on_the_wire(apps: Apps) -> None:
    kernel = apps.kernel()

    class Picture:
        def _repr_mimebundle_(self, **_: Any) -> Any:
            return {"image/png": b"png"}

    run_in(kernel, lambda: display(Picture(), Image(data=b"\x89PNG\r\n\x1a\n" + b"0" * 30)))
    first, second = kernel.page_area.items
    assert first["data"]["image/png"] == "cG5n"
    assert isinstance(second["data"]["image/png"], str)


def test_formatters_of_an_app_are_its_kernels(apps: Apps) -> None:
    class Thing:
        pass

    first, second = apps.kernel(), apps.kernel()

    def register() -> None:
        html = shell().display_formatter.formatters["text/html"]
        html.for_type(Thing, lambda thing: "<thing>")
        display(Thing())

    run_in(first, register)
    run_in(second, lambda: display(Thing()))
    assert first.page_area.items[0]["data"]["text/html"] == "<thing>"
    assert "text/html" not in second.page_area.items[0]["data"]


def test_magics_of_an_app_are_its_kernels(apps: Apps) -> None:
    first, second = apps.kernel(), apps.kernel()
    run_in(first, lambda: shell().register_magic_function(lambda line: line * 2, "line", "twice"))
    assert run_in(first, lambda: shell().run_line_magic("twice", "ab")) == "abab"
    assert run_in(second, lambda: shell().find_line_magic("twice")) is None
    assert shell().find_line_magic("twice") is None


def test_ipythons_own_magics_are_loaded_for_all(apps: Apps) -> None:
    for kernel in (apps.kernel(), apps.kernel()):
        kernel.namespace.update(__name__="__main__")
        run_in(kernel, lambda: shell().run_cell_magic("time", "", "x = 6 * 7"))
        assert kernel.namespace["x"] == 42


def test_events_are_the_kernels(apps: Apps) -> None:
    first, second = apps.kernel(), apps.kernel()
    calls: list[str] = []

    def callback() -> None:
        calls.append("first")

    run_in(first, lambda: shell().events.register("post_execute", callback))
    run_in(second, lambda: shell().events.trigger("post_execute"))
    assert calls == []
    run_in(first, lambda: shell().events.trigger("post_execute"))
    assert calls == ["first"]
    run_in(first, lambda: shell().events.unregister("post_execute", callback))
    with pytest.raises(ValueError, match="not registered"):
        run_in(first, lambda: shell().events.unregister("post_execute", callback))


def test_callbacks_of_widgets_trigger_the_events(apps: Apps) -> None:
    kernel = apps.kernel()
    page = FakePage(kernel)
    page.connect()
    seen: list[Any] = []

    def work() -> Any:
        slider = ipywidgets.IntSlider()
        slider.observe(lambda change: seen.append(change.new), "value")
        shell().events.register("post_execute", lambda: seen.append("after"))
        return slider

    slider = run_in(kernel, work)
    page.wait_for_ack(page.update(slider.comm._comm_id, value=3))
    assert seen == [3, "after"]


def fail(*_: Any) -> None:
    raise ValueError("in a callback")


@pytest.mark.parametrize(
    "connect",
    [
        lambda button: button.on_click(fail),
        lambda button: button.on_msg(fail),
    ],
)
def test_errors_of_callbacks_are_reported(apps: Apps, connect: Callable[[Any], None]) -> None:
    kernel = apps.kernel()
    page = FakePage(kernel)
    page.connect()

    def work() -> Any:
        button = ipywidgets.Button()
        connect(button)
        return button

    button = run_in(kernel, work)
    data = {"method": "custom", "content": {"event": "click"}}
    page.wait_for_ack(page.send(["msg", button.comm._comm_id, data]))
    (report,) = [message[1] for message in page.messages if message[0] == "error"]
    assert report["title"] == "ValueError in a callback"
    assert "in fail" in report["traceback"]
    assert "ipywidgets" not in report["traceback"]


def test_errors_outside_of_kernels_go_to_stderr(
    apps: Apps, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise ValueError("outside")
    except ValueError:
        shell().showtraceback()
    assert "ValueError: outside" in capsys.readouterr().err


def test_errors_in_an_output_are_shown_there(apps: Apps, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def work() -> Any:
        out = ipywidgets.Output()
        with out:
            try:
                fail()
            except ValueError:
                shell().showtraceback()
        return out

    (item,) = run_in(apps.kernel(), work).outputs
    assert item["evalue"] == "in a callback"
    # In the terminal, too: the page may be somebody else's.
    assert "ValueError: in a callback" in caplog.text


def test_captured_output_is_the_kernels(apps: Apps, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = apps.kernel(), apps.kernel()
    with first.entered(), capture_output() as captured:
        print("one")
        print("error", file=sys.stderr)
        display("shown")
        with second.entered():
            print("two")
            display("other")
    assert captured.stdout == "one\n"
    assert captured.stderr == "error\n"
    assert len(captured.outputs) == 1
    assert first.page_area.items == []
    assert len(second.page_area.items) == 1
    assert "two" in capsys.readouterr().out
    with first.entered():
        captured.outputs[0].display()
    assert len(first.page_area.items) == 1


def test_run_cell(apps: Apps) -> None:
    kernel = apps.kernel()
    kernel.namespace.update(__name__="__main__", get_ipython=get_ipython)

    def work() -> Any:
        return (
            shell().run_cell("y = 2\n%time y\ny * 3"),
            shell().run_cell("1/0"),
            shell().run_cell("("),
        )

    good, bad, unreadable = run_in(kernel, work)
    assert good.success
    assert good.result == 6
    assert kernel.namespace["_"] == 6
    assert isinstance(bad.error_in_exec, ZeroDivisionError)
    assert isinstance(unreadable.error_before_exec, SyntaxError)


def test_uninstall() -> None:
    before = (
        get_ipython(),
        ipywidgets.Widget._handle_msg,
        capture_output.__enter__,
        ipywidgets.widgets.interaction.show_inline_matplotlib_plots,
    )
    uninstall = ipython.install()
    assert isinstance(get_ipython(), SundogShell)
    uninstall()
    assert before == (
        get_ipython(),
        ipywidgets.Widget._handle_msg,
        capture_output.__enter__,
        ipywidgets.widgets.interaction.show_inline_matplotlib_plots,
    )


def test_what_is_replaced_exists() -> None:
    for name in (
        "init_ipython_dir",
        "init_profile_dir",
        "init_virtualenv",
        "init_sys_modules",
        "init_history",
        "init_prompts",
        "init_completer",
        "init_user_ns",
        "init_builtins",
        "init_create_namespaces",
        "init_events",
        "init_extension_manager",
        "init_display_formatter",
        "init_magics",
        "atexit_operations",
        "run_cell",
        "showtraceback",
    ):
        assert callable(getattr(InteractiveShell, name)), name
    assert callable(ipywidgets.widgets.interaction.show_inline_matplotlib_plots)
    assert callable(ipywidgets.Widget._handle_msg)


class TestWhatLibrariesAskFor:
    def test_a_notebook_has_the_names_of_ipython(self, apps: Apps) -> None:
        shown = apps.run(
            apps.notebook(
                "1 + 1",
                "first = _\n'two'",
                "found = (first, _, __, Out[1], len(In), In[1], _1, _i, _ii)\nNone",
                "quiet = 3\nquiet;",
                "ip = get_ipython()\ncount = ip.execution_count\n"
                "raw = list(ip.history_manager.input_hist_raw)\n"
                "tail = list(ip.history_manager.get_tail(2))\n"
                "_",
            )
        )
        names = shown.kernel.namespace
        code = "first = _\n'two'"
        assert names["found"] == (2, "two", 2, 2, 4, "1 + 1", 2, code, "1 + 1")
        assert names["count"] == 5
        assert names["raw"][:3] == ["", "1 + 1", code]
        assert [number for _, number, _ in names["tail"]] == [3, 4]
        # As in Jupyter, a value that a semicolon hides is none.
        assert 4 not in names["Out"]

    def test_history_is_the_kernels(self, apps: Apps) -> None:
        runner = apps.runner(apps.notebook("1", "2"))
        one, other = apps.show(runner).kernel, apps.show(runner).kernel
        assert one.namespace["Out"] is not other.namespace["Out"]
        assert run_in(one, lambda: shell().history_manager.output_hist) == {1: 1, 2: 2}
        assert shell().history_manager.input_hist_raw == [""]

    def test_a_script_has_no_names_of_its_own(self, apps: Apps) -> None:
        shown = apps.run(apps.script("import ipywidgets\nipywidgets.Label('x')"))
        assert not {"In", "Out", "_", "_oh"} & set(shown.kernel.namespace)

    def test_there_is_a_kernel(self, apps: Apps) -> None:
        one, other = apps.kernel(), apps.kernel()
        kernel = shell().kernel
        session = run_in(one, lambda: kernel.session.session)
        assert session == run_in(one, lambda: kernel.get_parent()["header"]["session"])
        assert session != run_in(other, lambda: kernel.session.session)
        assert one.id not in session
        assert run_in(one, lambda: kernel.comm_manager) is one.comms
        assert kernel.shell is shell()
        run_in(one, lambda: kernel.shell_handlers.update(execute_request=print))
        assert run_in(other, lambda: kernel.shell_handlers["execute_request"]) is not print

    def test_events_come_with_each_cell_of_a_notebook(self, apps: Apps) -> None:
        shown = apps.run(
            apps.notebook(
                "seen = []\nip = get_ipython()\n"
                "ip.events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))\n"
                "ip.events.register('post_run_cell', lambda done: seen.append(done.result))",
                "'value'",
            )
        )
        assert shown.kernel.namespace["seen"] == [None, "'value'\n", "value"]
