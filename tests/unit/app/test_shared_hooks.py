"""The hosts of a process share its hooks."""

from __future__ import annotations

from collections.abc import Callable

import comm
import pytest

from sundog.app.host import Host
from sundog.app.shared_hooks import SharedHooks


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def hook(self, name: str) -> Callable[[], Callable[[], None]]:
        def install() -> Callable[[], None]:
            self.lines.append(f"+{name}")
            return lambda: self.lines.append(f"-{name}")

        return install


def test_a_hook_is_installed_once_and_removed_after_the_last_host() -> None:
    log, hooks = Log(), SharedHooks()
    a, b = log.hook("a"), log.hook("b")
    release_first = hooks.acquire([a])
    release_second = hooks.acquire([a, b])
    assert log.lines == ["+a", "+b"]
    release_first()
    release_first()
    assert log.lines == ["+a", "+b"]
    release_second()
    assert log.lines == ["+a", "+b", "-b", "-a"]
    hooks.acquire([a])()
    assert log.lines[4:] == ["+a", "-a"]


def test_if_a_hook_fails_the_hooks_of_other_hosts_stay() -> None:
    log, hooks = Log(), SharedHooks()
    release = hooks.acquire([log.hook("a")])

    def fail() -> Callable[[], None]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        hooks.acquire([log.hook("b"), fail, log.hook("c")])
    assert log.lines == ["+a", "+b", "-b"]
    release()
    assert log.lines == ["+a", "+b", "-b", "-a"]


def test_kernels_of_a_second_host_work_after_the_first_has_closed() -> None:
    before = comm.create_comm
    first, second = Host(development=True), Host(development=True)
    hooked = comm.create_comm
    assert hooked is not before
    first.close()
    assert comm.create_comm is hooked
    second.close()
    assert comm.create_comm is before
