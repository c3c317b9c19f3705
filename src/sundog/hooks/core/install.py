"""Installs hooks in order, and removes them in reverse order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Uninstall = Callable[[], None]
Install = Callable[[], Uninstall]


def install(hooks: Iterable[Install]) -> Uninstall:
    """Install every hook; return a function that uninstalls them all.

    If one fails, those before it are uninstalled and its error is raised.
    """
    installed: list[Uninstall] = []

    def uninstall() -> None:
        while installed:
            installed.pop()()

    try:
        for hook in hooks:
            installed.append(hook())
    except BaseException:
        uninstall()
        raise
    return uninstall
