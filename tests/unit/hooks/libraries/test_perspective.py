"""What a table that kernels share tells their widgets; needs perspective (see tests/gallery)."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from tests.kernels import close, eventually, run_in

MakeKernel = Callable[[], VirtualKernel]

perspective = pytest.importorskip("perspective")
widget_module = pytest.importorskip("perspective.widget")


def watch(kernel: VirtualKernel, table: Any, told: list[tuple[str, Any]]) -> Any:
    """Make a widget's session in a kernel, and a view of a table that is told through it."""
    clients: list[Any] = []

    def hear(message: bytes) -> None:
        told.append(("heard", current_kernel()))
        clients[0].handle_response(message)

    def begin() -> Any:
        widget = widget_module.PerspectiveWidget(table)
        return widget.new_proxy_session(hear)

    session = run_in(kernel, begin)
    clients.append(perspective.Client(session.handle_request, lambda: None))
    view = clients[0].open_table(table.get_name()).view()
    view.on_update(lambda *_: told.append(("updated", current_kernel())))
    return view


def test_a_change_by_another_kernel_is_told_in_the_widgets_own(make_hosted: MakeKernel) -> None:
    table = perspective.table([{"a": 1}])
    one, other = make_hosted(), make_hosted()
    told: list[tuple[str, Any]] = []
    view = watch(one, table, told)
    told.clear()

    run_in(other, lambda: table.update([{"a": 2}]))
    eventually(lambda: any(what == "updated" for what, _ in told))
    assert {kernel for _, kernel in told} == {one}
    assert view.num_rows() == 2


def test_a_kernel_that_ends_is_told_no_more_and_kept_by_nothing(make_hosted: MakeKernel) -> None:
    table = perspective.table([{"a": 1}])
    kernel, other = make_hosted(), make_hosted()

    def show() -> Any:
        widget = widget_module.PerspectiveWidget(table)
        widget.handle_message(widget, {"type": "connect", "client_id": "1"}, [])
        return weakref.ref(widget)

    widget = run_in(kernel, show)
    close(kernel)
    run_in(other, lambda: table.update([{"a": 2}]))
    gc.collect()
    assert widget() is None


def test_uninstalling_takes_it_back() -> None:
    from perspective.widget.viewer import viewer

    from sundog.hooks.libraries.perspective import install

    before = viewer.PerspectiveViewer.new_proxy_session
    uninstall = install()
    assert viewer.PerspectiveViewer.new_proxy_session is not before
    uninstall()
    assert viewer.PerspectiveViewer.new_proxy_session is before
