"""Notebooks use the files beside them, and fail as in Jupyter: what was shown stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from sundog.app.mounts import SEPARATOR
from sundog.app.opener import Opener
from sundog.errors import AppExecutionError
from sundog.solara.library import SolaraLibrary
from tests.apps import Apps, app_host

text = nbformat.v4.new_markdown_cell
PICTURE = "data:image/png;base64,cGljdHVyZQ=="


def opener(apps: Apps, **options: Any) -> Opener:
    return Opener(apps.host, SolaraLibrary(), development=True, **options)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in another folder than the one of the apps."""
    folder = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(folder)
    return folder


# Pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![one](dot.png)", f"![one]({PICTURE})"),
        ('<img src="./dot.png" width="80">', f'<img src="{PICTURE}" width="80">'),
        ("![one](pictures/dot.png?v=1)", f"![one]({PICTURE})"),
        ("![outside](../dot.png)", None),
        ("![hidden](.dot.png) ![hidden](.git/dot.png)", None),
        ("![source](app.ipynb) ![text](secret.txt) ![missing](none.png)", None),
    ],
)
def test_pictures_beside_a_notebook(apps: Apps, written: str, shown: str | None) -> None:
    apps.folder = apps.folder / "folder"
    for name in ("dot.png", "pictures/dot.png", ".dot.png", ".git/dot.png", "../dot.png"):
        path = apps.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("picture")
    (apps.folder / "secret.txt").write_text("secret")
    items = apps.run(apps.notebook(text(written))).items
    assert items[0]["data"]["text/markdown"] == (written if shown is None else shown)


def test_pictures_beside_a_text(apps: Apps) -> None:
    (apps.folder / "dot.png").write_text("picture")
    items = apps.run(apps.script("![one](dot.png)", "text.md")).items
    assert items[0]["data"]["text/markdown"] == f"![one]({PICTURE})"


@pytest.mark.parametrize(
    ("cell", "mime", "shown"),
    [
        ("HTML('<img src=\"dot.png\">')", "text/html", f'<img src="{PICTURE}">'),
        ("Markdown('![one](dot.png)')", "text/markdown", f"![one]({PICTURE})"),
        ("Image(url='dot.png')", "text/html", f'<img src="{PICTURE}"/>'),
        ("HTML('<img src=\"/dot.png\">')", "text/html", '<img src="/dot.png">'),
        ("HTML('<b>dot.png</b>')", "text/html", "<b>dot.png</b>"),
    ],
)
def test_pictures_in_what_a_cell_displays(apps: Apps, cell: str, mime: str, shown: str) -> None:
    (apps.folder / "dot.png").write_text("picture")
    head = "from IPython.display import HTML, Image, Markdown"
    assert apps.run(apps.notebook(head, cell)).items[0]["data"][mime] == shown


# The working directory ---------------------------------------------------------------------------


def test_a_notebook_works_in_its_folder(tmp_path: Path, elsewhere: Path) -> None:
    with app_host() as host:
        apps = Apps(host, tmp_path)
        (apps.folder / "data.csv").write_text("beside")
        spec = apps.notebook("open('data.csv').read()", "import os; os.getcwd()")
        program = opener(apps).open(spec)
        assert apps.show(program).texts == ["'beside'", repr(str(apps.folder))]
        apps.close()
    assert Path.cwd() == elsewhere


def test_a_script_works_where_the_server_was_started(apps: Apps, elsewhere: Path) -> None:
    source = "import os, ipywidgets\npage = ipywidgets.Label(os.getcwd())"
    shown = apps.show(opener(apps).open(apps.script(source)))
    assert shown.widget("page").value == str(elsewhere)


@pytest.mark.usefixtures("elsewhere")
def test_several_apps_get_an_error_that_says_what_to_do(apps: Apps) -> None:
    (apps.folder / "data.csv").write_text("beside")
    specs = [apps.notebook("1", name="one.ipynb"), apps.notebook("open('data.csv')")]
    with pytest.raises(AppExecutionError, match=r"The file is beside the app, but.*__file__"):
        opener(apps).open(SEPARATOR.join(specs))


def test_a_file_that_is_nowhere_gets_no_such_hint(apps: Apps) -> None:
    with pytest.raises(AppExecutionError) as raised:
        opener(apps).open(apps.notebook("open('none.csv')"))
    assert "beside" not in str(raised.value)


# Cells that fail ---------------------------------------------------------------------------------


def test_pages_show_a_notebook_up_to_the_cell_that_fails(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    spec = apps.notebook(text("# Title"), "print('early')", "1 / 0", "print('late')")
    program = opener(apps, keeps_failed=True).open(spec)
    assert "app failed, and its pages show it up to there" in caplog.text
    shown = apps.show(program)
    assert shown.texts == ["# Title", "early\n"]
    assert "ZeroDivisionError" in shown.errors[0]["title"]


def test_a_later_version_that_fails_is_an_error(apps: Apps) -> None:
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        opener(apps).open(apps.notebook("print('early')", "1 / 0"))


def test_a_script_that_fails_is_an_error(apps: Apps) -> None:
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        opener(apps, keeps_failed=True).open(apps.script("1 / 0"))


@pytest.mark.parametrize("program", ["1 / 0\n", None])
def test_a_cell_does_not_go_on_after_a_run_that_fails(apps: Apps, program: str | None) -> None:
    if program is None:
        apps.notebook("1 / 0", name="sundog_fails.ipynb")
    else:
        apps.script(program, "sundog_fails.py")
    name = "sundog_fails.ipynb" if program is None else "sundog_fails.py"
    spec = apps.notebook(f"%run {name}\nreached = []\nreached.append(1)\nprint('went on')")
    program_that_failed = opener(apps, keeps_failed=True).open(spec)
    shown = apps.show(program_that_failed)
    assert "went on" not in str(shown.items)
    assert "ZeroDivisionError" in shown.errors[0]["title"]


# Names that hide the rest ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["app", "page"])
def test_a_variable_that_hides_the_rest_is_named(
    apps: Apps, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    spec = apps.notebook("import ipywidgets as w\nw.Label('one')", f"{name} = w.Label('two')")
    opener(apps).open(spec)
    assert f"app shows only its variable {name}, not its other output" in caplog.text


def test_texts_around_a_page_are_no_reason_for_a_warning(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    opener(apps).open(apps.notebook(text("# T"), "import ipywidgets as w\npage = w.Label('x')"))
    assert "shows only" not in caplog.text


def test_no_warning_for_what_was_asked_for(apps: Apps, caplog: pytest.LogCaptureFixture) -> None:
    spec = apps.notebook("import ipywidgets as w\nw.Label('one')", "page = w.Label('two')")
    opener(apps).open(f"{spec}:page")
    assert "shows only" not in caplog.text


def test_a_script_that_displays_and_names_a_page_is_warned_too(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    source = "import ipywidgets as w\nfrom IPython.display import display\n"
    opener(apps).open(apps.script(source + "display(w.Label('a'))\npage = w.Label('b')"))
    assert "app shows only its variable page" in caplog.text
