"""``exit()``, ``quit()`` and ``sys.exit()`` in kernels."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from sundog.errors import KernelExit
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps
from tests.kernels import FakePage, run_in, settle


@pytest.mark.parametrize("name", ["exit", "quit"])
def test_they_end_the_kernel_and_leave_standard_input_open(apps: Apps, name: str) -> None:
    kernel = apps.kernel()
    ended: list[VirtualKernel] = []
    kernel.on_exit = ended.append
    with pytest.raises(KernelExit):
        run_in(kernel, getattr(builtins, name))
    assert ended == [kernel]
    assert not run_in(kernel, lambda: sys.stdin.closed)


def test_they_are_no_error(apps: Apps, caplog: pytest.LogCaptureFixture) -> None:
    kernel = apps.kernel()
    page = FakePage(kernel)
    page.connect()
    kernel.submit(lambda: builtins.exit(3))
    settle(kernel)
    page.read()
    assert [message for message in page.messages if message[0] == "error"] == []
    assert "Traceback" not in caplog.text


def test_the_shells_way_to_leave_ends_it_too(apps: Apps) -> None:
    from IPython import get_ipython

    kernel = apps.kernel()
    ended: list[VirtualKernel] = []
    kernel.on_exit = ended.append
    run_in(kernel, lambda: get_ipython().ask_exit())  # type: ignore[no-untyped-call]
    assert ended == [kernel]


def test_sys_exit_is_an_error_and_ends_nothing(apps: Apps) -> None:
    kernel = apps.kernel()
    ended: list[VirtualKernel] = []
    kernel.on_exit = ended.append
    page = FakePage(kernel)
    page.connect()
    kernel.submit(lambda: sys.exit(3))
    settle(kernel)
    page.read()
    assert [message[1]["title"] for message in page.messages if message[0] == "error"] == [
        "SystemExit in the app"
    ]
    assert ended == []


def test_outside_of_kernels_they_leave_the_process(apps: Apps, monkeypatch: Any) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(SystemExit) as raised:
        builtins.exit(4)
    assert raised.value.code == 4
    assert not isinstance(raised.value, KernelExit)
    assert "Ctrl-D" in repr(builtins.exit)
