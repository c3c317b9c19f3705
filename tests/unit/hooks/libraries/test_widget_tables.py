"""Dicts of libraries that each kernel has for itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from sundog.hooks.libraries import widget_tables
from sundog.hooks.libraries.widget_tables import KernelTable
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel
from tests.kernels import run_in


@pytest.fixture
def other(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


def test_what_is_in_it_is_each_kernels(kernel: VirtualKernel, other: VirtualKernel) -> None:
    table = KernelTable({"current": None, "all": {"first": [1]}})
    run_in(kernel, lambda: table.update(current="mine"))
    run_in(kernel, lambda: table["all"]["first"].append(2))

    assert run_in(kernel, lambda: dict(table)) == {"current": "mine", "all": {"first": [1, 2]}}
    assert run_in(other, lambda: dict(table)) == {"current": None, "all": {"first": [1]}}
    assert dict(table) == {"current": None, "all": {"first": [1]}}


def test_a_kernel_begins_with_what_there_is_by_then(
    kernel: VirtualKernel, other: VirtualKernel
) -> None:
    table = KernelTable({"names": []})
    assert run_in(kernel, lambda: table["names"]) == []
    table["names"].append("late")
    assert run_in(kernel, lambda: table["names"]) == []
    assert run_in(other, lambda: table["names"]) == ["late"]


class TestInstalled:
    @pytest.fixture
    def library(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
        """A module like bqplot's, which is imported already."""
        module = ModuleType("bqplot.pyplot")
        source = """
_context = {"figure": None}

def set_context(context):
    global _context
    _context = {k: v for k, v in context.items()}
"""
        exec(source, module.__dict__)
        monkeypatch.setitem(sys.modules, "bqplot.pyplot", module)
        uninstall = widget_tables.install()
        yield module
        uninstall()

    def test_setting_a_context_sets_the_kernels(
        self, library: ModuleType, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        run_in(kernel, lambda: library.set_context({"figure": 1}))
        run_in(other, lambda: library.set_context(library._context))
        assert run_in(kernel, lambda: library._context["figure"]) == 1
        assert run_in(other, lambda: library._context["figure"]) is None

    def test_it_can_be_taken_out(self, library: ModuleType) -> None:
        setter = library.set_context
        library.set_context({"figure": 2})
        assert type(library._context) is KernelTable
        uninstall = widget_tables.install()
        uninstall()
        assert library.set_context is setter
        assert library._context == {"figure": 2}
