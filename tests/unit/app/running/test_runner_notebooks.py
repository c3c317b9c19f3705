"""Notebooks as apps: cells, magics, and where they show things."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from sundog.app.loading.loader import load
from sundog.errors import AppExecutionError, AppNotFoundError, AppResultError
from tests.apps import Apps


def code(source: str, *tags: str) -> Any:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})


def text(source: str, *tags: str, **more: Any) -> Any:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)}, **more)


def test_cells_show_their_values_and_prints_in_order(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(text("# Title"), "print('one')\n1 + 1", "3;", "None", "'four'", "x = 5")
    )
    assert shown.texts == ["# Title", "one\n", "2", "'four'"]
    assert shown.items[0]["data"]["text/markdown"] == "# Title"


def test_prints_are_logged_as_well(apps: Apps, capfd: pytest.CaptureFixture[str]) -> None:
    shown = apps.run(apps.notebook("print('hello')"))
    assert shown.texts == ["hello\n"]
    assert "hello\n" in capfd.readouterr().out


def test_a_named_page_hides_what_cells_show(apps: Apps) -> None:
    runner = apps.runner(
        apps.notebook(
            "import ipywidgets as w\nprint('noise')", text("noise"), "page = w.Label('x')"
        )
    )
    shown = apps.show(runner)
    assert [widget.value for widget in shown.shown_widgets()] == ["x"]
    assert len(shown.items) == 1
    # Not even for a moment, once the start has told that there is one.
    outputs = [
        message[2]["output_type"] for message in shown.page.messages if message[0] == "output"
    ]
    assert outputs == ["clear_output", "display_data"]


def test_magics_and_system_commands(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            "x = !echo captured\nx[0]",
            "%%capture seen\nprint('inside')\ndisplay(1)",
            "seen.stdout, len(seen.outputs)",
            "%%html\n<b>bold</b>",
            "%%time\ny = 2\ny * 2",
        )
    )
    assert shown.texts[0] == "'captured'"
    assert shown.texts[1] == r"('inside\n', 1)"
    assert shown.items[2]["data"]["text/html"] == "<b>bold</b>\n"
    assert "Wall time" in shown.texts[3]
    assert shown.texts[4] == "4"


def test_top_level_await(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            "import asyncio\nawait asyncio.sleep(0)\n'awaited'", "await asyncio.sleep(0, 5)"
        )
    )
    assert shown.texts == ["'awaited'", "5"]


def test_future_imports_hold_for_later_cells(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            "%env X=1\nfrom __future__ import annotations",
            "def f(x: not_defined): ...\nf.__annotations__",
        )
    )
    assert shown.texts[-1] == "{'x': 'not_defined'}"


def test_tags_as_voila_users_expect_them(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            code("rate = 3", "parameters"),
            code("print('hidden'); rate += 1", "hide"),
            code("print('hidden'); rate += 1", "remove_cell"),
            code("print('hidden'); rate += 1", "hide-output"),
            code("rate += 100", "skip-execution"),
            code("rate", "remove_input"),
            text("gone", "hide"),
            nbformat.v4.new_raw_cell("raw"),
        )
    )
    assert shown.texts == ["6"]


def test_a_cell_that_raises_is_an_error_of_the_app(apps: Apps) -> None:
    path = apps.notebook("x = 1", "def f():\n    raise ValueError('no')", "f()")
    with pytest.raises(AppExecutionError) as caught:
        apps.runner(path)
    assert caught.value.file == f"{path} [cell 2]"
    assert caught.value.line == 2
    assert "raise ValueError('no')" in caught.value.traceback


def test_an_error_that_a_magic_shows_is_an_error_of_the_app(apps: Apps) -> None:
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        apps.runner(apps.notebook("%%capture\n1 / 0"))


def test_a_cell_may_say_that_it_raises(apps: Apps) -> None:
    shown = apps.run(apps.notebook(code("1 / 0", "raises-exception"), "'on'"))
    assert shown.items[0]["ename"] == "ZeroDivisionError"
    assert shown.items[1]["data"]["text/plain"] == "'on'"


def test_a_syntax_error_names_the_cell(apps: Apps) -> None:
    path = apps.notebook("1", "x = (")
    with pytest.raises(AppExecutionError) as caught:
        load(path)
    assert caught.value.file == f"{path} [cell 2]"


def test_clear_output_clears_the_cell_only(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            "'before'",
            "from IPython.display import clear_output\n"
            "for i in range(3):\n    clear_output(wait=True)\n    print('step', i)",
            "'after'",
        )
    )
    before, _, after = shown.items
    assert before["data"]["text/plain"] == "'before'"
    assert after["data"]["text/plain"] == "'after'"
    (widget,) = shown.shown_widgets()
    assert [item["text"] for item in widget.outputs] == ["step 2\n"]


def test_what_a_cell_shows_later_stays_in_its_place(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            """
            import threading
            go = threading.Event()
            def late():
                go.wait(20)
                print("late")
            thread = threading.Thread(target=late)
            thread.start()
            print("early")
            """,
            "'two'",
        )
    )
    assert shown.texts == ["early\n", "'two'"]
    shown.widget("go").set()
    shown.widget("thread").join(20)
    (output,) = shown.shown_widgets()
    assert [item["text"] for item in output.outputs] == ["early\nlate\n"]
    assert shown.items[1]["data"]["text/plain"] == "'two'"


def test_attached_pictures_are_inlined(apps: Apps) -> None:
    cell = text("![a](attachment:a.png)", attachments={"a.png": {"image/png": "aGVsbG8="}})
    shown = apps.run(apps.notebook(cell))
    assert shown.items[0]["data"]["text/markdown"] == "![a](data:image/png;base64,aGVsbG8=)"


def test_a_displayed_object_can_be_updated(apps: Apps) -> None:
    shown = apps.run(apps.notebook("h = display('first', display_id=True)", "h.update('second')"))
    assert shown.texts == ["'second'"]


def test_an_empty_notebook_has_no_result(apps: Apps) -> None:
    with pytest.raises(AppResultError, match="showed nothing"):
        apps.runner(apps.notebook("x = 1"))


def test_another_language(apps: Apps) -> None:
    path = apps.notebook("1")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    nbformat.write(notebook, path)
    with pytest.raises(AppNotFoundError, match="notebook in R"):
        load(path)


def test_run_puts_a_programs_names_into_the_notebook(apps: Apps) -> None:
    apps.script("import sys\nvalue = [__name__, *sys.argv[1:]]", "sundog_test_program.py")
    shown = apps.run(apps.notebook("%run sundog_test_program.py a b", "value"))
    assert shown.texts == ["['__main__', 'a', 'b']"]


def test_extensions_are_loaded_by_each_kernel(apps: Apps) -> None:
    apps.script(
        "def load_ipython_extension(shell):\n    shell.push({'loaded': True})\n",
        "sundog_test_extension.py",
    )
    runner = apps.runner(apps.notebook("%load_ext sundog_test_extension\nloaded"))
    assert apps.show(runner).texts == ["True"]
    assert apps.show(runner).texts == ["True"]


def test_a_notebook_of_an_older_format(apps: Apps) -> None:
    path = apps.folder / "old.ipynb"
    cell = {"cell_type": "code", "language": "python", "input": ["x = 1\n", "x + 1"], "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    path.write_text(json.dumps(old))
    assert apps.run(str(path)).texts == ["2"]


@pytest.mark.parametrize("wait", ["", "await asyncio.sleep(0)"])
def test_context_variables_that_a_cell_sets_hold_in_later_cells_and_callbacks(
    apps: Apps, wait: str
) -> None:
    path = apps.notebook(
        "import asyncio, decimal\nfrom contextvars import ContextVar\n"
        "variable = ContextVar('variable', default='not set')",
        f"{wait}\nvariable.set('set')\ndecimal.getcontext().prec = 3",
        "in_cell = variable.get()",
        "import ipywidgets as widgets\nbutton, label = widgets.Button(), widgets.Label()\n"
        "button.on_click(lambda _: setattr(label, 'value',"
        " f'{variable.get()} {decimal.Decimal(1) / 3}'))\nlabel",
    )
    shown = apps.run(path)
    click = {"method": "custom", "content": {"event": "click"}}
    shown.page.wait_for_ack(shown.page.send(["msg", shown.widget("button").model_id, click]))
    assert shown.widget("in_cell") == "set"
    assert shown.widget("label").value == "set 0.333"
    # What the callback displays is not caught by the cell.
    assert shown.kernel.scope.area is None
