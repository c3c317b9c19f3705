from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.config import Settings
from sundog.hooks.ipython import hook as ipython
from sundog.solara.compat.finder import is_in_use
from sundog.solara.compat.hook import CompatHook
from sundog.solara.compat.stand_ins import MARKER


@pytest.fixture
def watched() -> list[Path]:
    return []


@pytest.fixture
def solara(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watched: list[Path]) -> Iterator[Path]:
    """A package of the name, with a server of its own beside it, and the hook."""
    package = tmp_path / "solara"
    (package / "server").mkdir(parents=True)
    (package / "__init__.py").write_text("import solara.server.settings as found\n")
    (package / "server" / "__init__.py").write_text("raise ImportError('the other server')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    taken = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "solara"}
    for name in taken:
        del sys.modules[name]
    # As in a server: without its shell, IPython would make one for a terminal.
    uninstall_shell = ipython.install()
    uninstall = CompatHook(Settings(root_path="/pre"), watched.append)()
    yield package
    uninstall()
    uninstall_shell()
    for name in [n for n in sys.modules if n.split(".")[0] == "solara"]:
        del sys.modules[name]
    sys.modules.update(taken)


def test_the_stand_ins_come_before_another_server(solara: Path) -> None:
    assert not is_in_use()
    module = importlib.import_module("solara")
    assert is_in_use()
    assert module.found.main.root_path == "/pre"
    assert module.server.settings is module.found


def test_files_of_the_app_are_watched(solara: Path, watched: list[Path]) -> None:
    reload = importlib.import_module("solara.server.reload")
    reload.reloader.watcher.add_file("page.md")
    assert watched == [Path("page.md")]


def test_a_missing_name_is_named(solara: Path, caplog: pytest.LogCaptureFixture) -> None:
    context = importlib.import_module("solara.server.kernel_context")
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(AttributeError, match=r"kernel_context\.nonsense is missing.*report"),
    ):
        _ = context.nonsense
    assert "nonsense" in caplog.text


def test_a_missing_module_is_named(solara: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"solara\.server\.nonsense is missing"):
        importlib.import_module("solara.server.nonsense")


def test_it_can_be_taken_out(tmp_path: Path) -> None:
    before = list(sys.meta_path)
    CompatHook(Settings())()()
    assert sys.meta_path == before
    assert MARKER not in sys.modules
