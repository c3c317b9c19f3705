"""Widgets whose code stands in files: they go with their kernel, and take what changes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sundog.hooks.libraries import anywidget as hook
from sundog.hooks.libraries.live_files import refresh
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps
from tests.kernels import close, run_in

anywidget = pytest.importorskip("anywidget")

Make = Callable[[VirtualKernel], Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "widget.js"
    file.write_text("export default {};")
    return file


@pytest.fixture
def make(apps: Apps, file: Path) -> Make:
    # As in a module, which is imported once for all kernels.
    class Shown(anywidget.AnyWidget):  # type: ignore[misc, name-defined]
        _esm = file
        _css = "b { color: red }"

    return lambda kernel: run_in(kernel, Shown)


def test_widgets_in_every_kernel_take_what_changes(apps: Apps, make: Make, file: Path) -> None:
    kernels = [apps.kernel(), apps.kernel()]
    shown = [make(kernel) for kernel in kernels]
    file.write_text("export default { changed: true };")
    assert refresh(kernels, file)
    for kernel, widget in zip(kernels, shown, strict=True):
        assert run_in(kernel, lambda widget=widget: widget._esm) == file.read_text()
    later = make(kernels[0])
    assert run_in(kernels[0], lambda: later._esm) == file.read_text()


def test_other_files_change_nothing(apps: Apps, make: Make, file: Path) -> None:
    kernel = apps.kernel()
    make(kernel)
    other = file.with_name("other.js")
    assert not refresh([kernel], other)
    other.write_bytes(b"\xff\xfe")
    assert not refresh([kernel], other)
    other.write_text("text")
    assert not refresh([kernel], other)


def test_they_go_with_their_kernel(apps: Apps, make: Make) -> None:
    kernel = apps.kernel()
    gone = weakref.ref(make(kernel))
    close(kernel)
    gc.collect()
    assert gone() is None


def test_the_hook_is_still_needed_and_can_be_taken_out(file: Path) -> None:
    class Plain(anywidget.AnyWidget):  # type: ignore[misc, name-defined]
        _esm = file

    uninstall = hook.install()
    ((_, path, contents),) = hook.files_of(Plain())
    assert path == file
    assert len(contents.changed) == 0
    uninstall()
    Plain()
    assert len(contents.changed) == 1


def test_templates_and_components_of_ipyvue(apps: Apps, tmp_path: Path) -> None:
    ipyvue = pytest.importorskip("ipyvue")
    page, part = tmp_path / "page.vue", tmp_path / "part.vue"
    for each in (page, part):
        each.write_text("<template><i>one</i></template>")

    class Shown(ipyvue.VueTemplate):  # type: ignore[misc, name-defined]
        template_file = str(page)

    def run() -> tuple[Any, Any]:
        ipyvue.register_component_from_file("live-part", str(part))
        registry = ipyvue.VueComponentRegistry.vue_component_registry
        return Shown().template, registry["live-part"]

    kernel = apps.kernel()
    template, component = run_in(kernel, run)
    for each in (page, part):
        each.write_text("<template><i>two</i></template>")
        assert refresh([kernel], each)
    assert "two" in run_in(kernel, lambda: template.template)
    assert "two" in run_in(kernel, lambda: component.component)
