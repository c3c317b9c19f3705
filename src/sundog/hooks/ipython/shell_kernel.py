"""The objects `get_ipython().kernel` and `get_ipython().history_manager`.

Upstream reason: libraries use ipykernel's kernel to know that they run in a notebook, for its
session, its comms and the current message, and let it handle messages while a cell runs. They read
the history for the cells that have run. Both work for the running kernel.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import comm

from sundog.hooks.ipython.shell_state import History, ShellState, shell_state


class ShellKernel:
    """Replaces ipykernel's kernel."""

    implementation = "sundog"
    language_info = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
    log = logging.getLogger(__name__)
    iopub_socket = None
    shell_stream = None
    _aborting = False
    _parent_ident: list[bytes] = []

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def _state(self) -> ShellState:
        return shell_state() or ShellState()

    @property
    def session(self) -> Any:
        """An object whose `session` is an id of the running kernel, different in each."""
        return SimpleNamespace(session=self._state().session, username="username")

    @property
    def comm_manager(self) -> Any:
        """The comms of the running kernel."""
        return comm.get_comm_manager()

    @property
    def user_ns(self) -> dict[str, Any]:
        """The namespace of the running code."""
        namespace: dict[str, Any] = self.shell.user_ns
        return namespace

    @property
    def shell_handlers(self) -> dict[str, Any]:
        """Handlers of messages by kind; none of these messages ever arrives."""
        handlers = self._state().handlers
        handlers.setdefault("execute_request", _ignore)
        return handlers

    def get_parent(self, channel: str | None = None) -> dict[str, Any]:
        """Return the current message: pages send none of Jupyter's."""
        return {"header": {"session": self._state().session}, "metadata": {}, "content": {}}

    @property
    def _parent_header(self) -> dict[str, Any]:
        return self.get_parent()

    def set_parent(self, *_: Any, **__: Any) -> None:
        """Do nothing: the running code's scope determines where output goes."""

    async def do_one_iteration(self) -> None:
        """Handle the messages that have arrived for the running kernel."""


def _ignore(*_: Any) -> None:
    pass


class ShellHistory:
    """Replaces IPython's history with the running kernel's, which is not stored elsewhere."""

    session_number = 0
    enabled = False

    def _history(self) -> History:
        state = shell_state()
        return History() if state is None else state.history

    @property
    def input_hist_raw(self) -> list[str]:
        """The sources of the cells that have run; the first one has the number 1."""
        return self._history().inputs

    @property
    def input_hist_parsed(self) -> list[str]:
        """The same."""
        return self._history().inputs

    @property
    def output_hist(self) -> dict[int, Any]:
        """The values of the cells that have run, by cell number."""
        return self._history().outputs

    output_hist_reprs: dict[int, str] = {}

    @property
    def dir_hist(self) -> list[str]:
        """The folders that ``%cd`` has left: none is recorded."""
        return []

    def get_range(
        self,
        session: int = 0,
        start: int = 1,
        stop: int | None = None,
        raw: bool = True,
        output: bool = False,
    ) -> Iterator[tuple[int, int, Any]]:
        """Yield session, number and source of cells; with `output`, a pair with the value."""
        history = self._history()
        for number, source in list(enumerate(history.inputs))[max(start, 1) : stop]:
            value = history.outputs.get(number)
            yield session, number, (source, value) if output else source

    def get_tail(
        self, n: int = 10, raw: bool = True, output: bool = False, include_latest: bool = False
    ) -> Iterator[tuple[int, int, Any]]:
        """Yield the last cells as `get_range` does."""
        end = len(self._history().inputs) - (not include_latest)
        return self.get_range(start=end - n, stop=end, output=output)

    def get_session_info(self, session: int = 0) -> tuple[int, None, None, int, str]:
        """Return information about a session: the number of its cells."""
        return (session, None, None, self._history().count, "")

    def reset(self, new_session: bool = True) -> None:
        """Do nothing: a kernel's history ends with it."""

    def end_session(self) -> None:
        """Do nothing: a kernel's history ends with it."""

    def writeout_cache(self, *_: Any) -> None:
        """Do nothing: nothing is stored on disk."""
