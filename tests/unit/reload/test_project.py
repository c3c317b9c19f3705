import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.kernel.start import StartCallbacks
from sundog.reload.project import Project

FILES = {
    "h_base.py": "VALUE = 1\n",
    "h_user.py": "from h_base import VALUE\n",
    "h_lazy.py": "def get():\n    import h_user\n    return h_user.VALUE\n",
    "h_apart.py": "LOADS = []\n",
    "h_package/__init__.py": "",
    "h_package/part.py": "from . import other\n",
    "h_package/other.py": "WORD = 'old'\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("h_")]:
        del sys.modules[name]


def load(*names: str) -> None:
    for name in names:
        importlib.import_module(name)


def dropped(before: set[str]) -> set[str]:
    return before - set(sys.modules)


def test_changed_modules_go_and_those_that_import_them(folder: Path) -> None:
    load("h_base", "h_user", "h_lazy", "h_apart")
    before = set(sys.modules)
    Project().drop([folder / "h_base.py"])
    assert dropped(before) == {"h_base", "h_user", "h_lazy"}


def test_modules_of_packages(folder: Path) -> None:
    load("h_package.part", "h_apart")
    package = sys.modules["h_package"]
    (folder / "h_package" / "other.py").write_text("WORD = 'new'\n")
    Project().drop([folder / "h_package" / "other.py"])
    assert sys.modules["h_package"] is package
    from h_package import other  # type: ignore[import-not-found]

    assert other.WORD == "new"


def test_what_was_dropped_can_be_put_back(folder: Path) -> None:
    load("h_package.part", "h_user")
    former = {name: sys.modules[name] for name in ("h_base", "h_user", "h_package.other")}
    callbacks = StartCallbacks()

    def callback() -> None: ...

    callback.__module__ = "h_base"
    callbacks.add(callback)
    project = Project(callbacks=callbacks)
    gone = project.drop([folder / "h_base.py", folder / "h_package" / "other.py"])
    assert callbacks.remove_of("h_base") == ()
    (folder / "h_base.py").write_text("VALUE = 2\n")
    load("h_base", "h_apart")
    gone.put_back()
    assert {name: sys.modules[name] for name in former} == former
    assert sys.modules["h_package"].other is former["h_package.other"]
    assert callbacks.remove_of("h_base") == (callback,)


def test_the_same_second_and_length(folder: Path) -> None:
    load("h_base")
    (folder / "h_base.py").write_text("VALUE = 2\n")
    Project().drop([folder / "h_base.py"])
    assert importlib.import_module("h_base").VALUE == 2


def test_installed_packages_are_nobodys_project() -> None:
    import ipywidgets

    import sundog

    project = Project()
    assert not project.owns(ipywidgets.__file__)
    assert not project.owns(sundog.__file__)
    assert not project.owns(importlib.__file__)
    assert project.owns(__file__)
