"""The files and folders of the apps that a command line names."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.cli.app_paths import app_paths


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two apps."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.py").touch()
    (tmp_path / "other.py").touch()
    return tmp_path


def test_an_object_in_a_file_is_in_the_file(folder: Path) -> None:
    assert app_paths("one.py:page") == (folder / "one.py",)


def test_modules_have_no_path(folder: Path) -> None:
    assert app_paths("a.module:page") == ()
    assert app_paths("x=one.py\nother.py\na.module") == (folder / "one.py", folder / "other.py")


def test_many_apps_together_are_longer_than_a_file_name_may_be(folder: Path) -> None:
    names = [f"{number}=other.py" for number in range(50)]
    assert app_paths("\n".join(names)) == (folder / "other.py",) * 50


def test_invalid_names_are_left_to_the_start_of_the_apps() -> None:
    assert app_paths("x=one.py\nx=other.py") == ()
