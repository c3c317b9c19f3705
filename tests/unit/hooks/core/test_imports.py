"""Modules run under no kernel, whoever imports them first."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sundog.hooks.core import imports
from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel

SOURCE = """
from sundog.kernel.current import current_kernel
at_import = current_kernel()

def later():
    return current_kernel()
"""


@pytest.fixture
def kernel(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


@pytest.fixture(autouse=True)
def hook() -> Iterator[None]:
    modules = dict(sys.modules)
    path = sys.path[:]
    uninstall = imports.install()
    yield
    uninstall()
    sys.path[:] = path
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sys.path.insert(0, str(tmp_path))
    return tmp_path


def test_a_module_runs_under_no_kernel(folder: Path, kernel: VirtualKernel) -> None:
    (folder / "some_module.py").write_text(SOURCE)
    with kernel.entered():
        module = importlib.import_module("some_module")
        assert current_kernel() is kernel
        assert module.later() is kernel
    assert module.at_import is None


def test_so_do_packages_their_parts_and_what_they_import(
    folder: Path, kernel: VirtualKernel
) -> None:
    package = folder / "some_package"
    package.mkdir()
    (package / "__init__.py").write_text(SOURCE + "from . import part")
    (package / "part.py").write_text(SOURCE)
    (folder / "namespace").mkdir()
    (folder / "namespace" / "inner.py").write_text(SOURCE)
    with kernel.entered():
        module = importlib.import_module("some_package")
        inner = importlib.import_module("namespace.inner")
    assert module.at_import is None
    assert module.part.at_import is None
    assert inner.at_import is None


def test_so_does_a_reload(folder: Path, kernel: VirtualKernel) -> None:
    (folder / "some_module.py").write_text(SOURCE)
    module = importlib.import_module("some_module")
    with kernel.entered():
        module = importlib.reload(module)
    assert module.at_import is None


def test_so_do_modules_of_archives(folder: Path, kernel: VirtualKernel) -> None:
    archive = folder / "archive.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("zipped_a.py", SOURCE)
        writer.writestr("zipped_b.py", SOURCE)
    sys.path.insert(0, str(archive))
    with kernel.entered():
        a, b = (importlib.import_module(name) for name in ("zipped_a", "zipped_b"))
    assert a.at_import is None
    assert b.at_import is None
    assert a.__name__ == "zipped_a"


def test_errors_of_a_module_are_what_they_were(folder: Path, kernel: VirtualKernel) -> None:
    (folder / "broken.py").write_text("1 / 0")
    with kernel.entered():
        with pytest.raises(ZeroDivisionError):
            importlib.import_module("broken")
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("no_such_module")
        assert current_kernel() is kernel


def test_built_in_modules_can_be_imported(kernel: VirtualKernel) -> None:
    sys.modules.pop("_heapq", None)
    with kernel.entered():
        assert importlib.import_module("_heapq").heappush


class Slotted(importlib.abc.Loader):
    """A loader that can't be changed."""

    __slots__ = ()

    def create_module(self, spec: Any) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["ran"] = True


class Fixed:
    """A loader like those of compiled tools: no dictionary, no base class."""

    __slots__ = ()

    def create_module(self, spec: Any) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["ran"] = True


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != "special":
            return None
        return importlib.machinery.ModuleSpec(fullname, self.loader)


@pytest.mark.parametrize("loader", [Slotted(), Fixed()], ids=["slotted", "fixed"])
def test_a_loader_that_cannot_be_changed_loads(kernel: VirtualKernel, loader: Any) -> None:
    finder = Finder(loader)
    sys.meta_path.insert(1, finder)
    try:
        with kernel.entered():
            assert importlib.import_module("special").ran
    finally:
        sys.meta_path.remove(finder)


def test_two_finders_do_not_ask_each_other_forever(folder: Path, kernel: VirtualKernel) -> None:
    (folder / "some_module.py").write_text(SOURCE)
    uninstall = imports.install()
    try:
        with kernel.entered():
            assert importlib.import_module("some_module").at_import is None
    finally:
        uninstall()


def test_outside_of_kernels_the_finder_stays_out_of_the_way(folder: Path) -> None:
    (folder / "some_module.py").write_text(SOURCE)
    module = importlib.import_module("some_module")
    assert "exec_module" not in vars(module.__spec__.loader)  # type: ignore[union-attr]


def test_uninstall_removes_the_finder() -> None:
    before = sys.meta_path[:]
    uninstall = imports.install()
    assert sys.meta_path[1:] == before
    uninstall()
    assert sys.meta_path == before
