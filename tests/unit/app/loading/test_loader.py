"""Finding apps: what is asked for, and what is said when it isn't there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.app.loading.loader import load, looks_like_path, split_object
from sundog.app.loading.model import Kind
from sundog.errors import AppExecutionError, AppNotFoundError
from tests.apps import Apps


@pytest.mark.parametrize(
    ("spec", "target", "obj"),
    [
        ("app.py", "app.py", None),
        ("app.py:page", "app.py", "page"),
        ("dir/app.py:a.b", "dir/app.py", "a.b"),
        ("pkg.mod:obj", "pkg.mod", "obj"),
        (r"C:\apps\app.py", r"C:\apps\app.py", None),
        (r"C:\apps\app.py:page", r"C:\apps\app.py", "page"),
    ],
)
def test_the_object_stands_after_the_last_colon(spec: str, target: str, obj: str | None) -> None:
    assert split_object(spec) == (target, obj)


@pytest.mark.parametrize("target", ["app.py", "x.ipynb", "./app", "a/b", ".", "readme.md", ""])
def test_paths(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "readme.md").write_text("x")
    assert looks_like_path(target)


@pytest.mark.parametrize("target", ["pkg.mod", "app", "a.b.c"])
def test_modules(target: str) -> None:
    assert not looks_like_path(target)


def test_a_script_is_compiled_once_with_its_last_expression_apart(apps: Apps) -> None:
    app = load(apps.script("x = 1\nx + 1\n", "my_app.py"))
    assert app.name == "my_app"
    assert app.kind is Kind.SCRIPT
    (cell,) = app.cells
    assert cell.code is not None
    assert cell.code.last is not None
    assert app.folder == apps.folder.resolve()


def test_a_missing_file_names_a_near_one(apps: Apps) -> None:
    apps.script("", "dashboard.py")
    with pytest.raises(AppNotFoundError, match=r"Did you mean .*dashboard\.py\?"):
        load(str(apps.folder / "dashbord.py"))
    with pytest.raises(AppNotFoundError, match=r"Did you mean .*dashboard\.py\?"):
        load(str(apps.folder / "dashboard.ipynb"))


def test_a_missing_folder_is_named(apps: Apps) -> None:
    with pytest.raises(AppNotFoundError, match=r"folder .* does not exist"):
        load(str(apps.folder / "nowhere" / "app.py"))


def test_no_object_of_a_folder_can_be_named(apps: Apps) -> None:
    apps.script("", "dashboard.py")
    with pytest.raises(AppNotFoundError, match=r"is a folder.*such as .*dashboard\.py"):
        load(f"{apps.folder}:page")


def test_a_text_is_called_what_it_says(apps: Apps) -> None:
    app = load(apps.script("---\ntitle: 'Read me'\n---\n# Hello\n", "page.md"))
    assert (app.title, app.cells[0].shown[0]["data"]["text/markdown"]) == ("Read me", "# Hello\n")
    assert load(apps.script("text\n# Hello *you*\n", "page.md")).title == "Hello you"


def test_other_files_are_not_supported(apps: Apps) -> None:
    with pytest.raises(AppNotFoundError, match=r"\.txt is not supported"):
        load(apps.script("", "page.txt"))


def test_a_missing_module_names_the_file_of_its_name(
    apps: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(apps.folder)
    (apps.folder / "board.ipynb").write_text("{}")
    with pytest.raises(AppNotFoundError, match=r"Did you mean board\.ipynb\?"):
        load("board")


def test_a_module_beside_the_working_directory_is_found(
    apps: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(apps.folder)
    apps.script("", "sundog_test_pkg/__init__.py")
    apps.script("x = 1", "sundog_test_pkg/views.py")
    app = load("sundog_test_pkg.views:x")
    assert app.kind is Kind.MODULE
    assert app.object_path == "x"
    assert app.identity["__name__"] == "sundog_test_pkg.views"
    assert app.identity["__package__"] == "sundog_test_pkg"


def test_a_bad_object_name_is_said_to_be_one(apps: Apps) -> None:
    with pytest.raises(AppNotFoundError, match="not the name of an object"):
        load(apps.script("") + ":1x")


def test_a_syntax_error_says_where(apps: Apps) -> None:
    path = apps.script("x = 1\ny = (\n")
    with pytest.raises(AppExecutionError, match="SyntaxError") as caught:
        load(path)
    assert caught.value.file == path
    assert caught.value.line == 2
    assert "sundog" not in caught.value.traceback.replace(str(apps.folder), "")


def test_a_file_that_is_not_a_notebook(apps: Apps) -> None:
    with pytest.raises(AppNotFoundError, match="Cannot read the notebook") as raised:
        load(apps.script("hello", "x.ipynb"))
    # The position of the parse error is not a position in the app.
    assert raised.value.__cause__ is None


def test_a_source_with_an_encoding_of_its_own(apps: Apps) -> None:
    path = apps.folder / "latin.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\nx\n".encode("latin-1"))
    app = load(str(path))
    assert app.cells[0].code is not None
