"""Comms of virtual kernels: the parts that the ``comm`` package expects a kernel to implement.

The package documents `comm.create_comm` and `comm.get_comm_manager` as replacement points;
`sundog.hooks.core.comm` replaces them with these.
"""

from __future__ import annotations

import itertools
import secrets
import sys
import threading
from collections import ChainMap
from collections.abc import Callable
from typing import Any

from comm.base_comm import BaseComm, CommManager

from sundog.errors import ForeignWidgetError
from sundog.protocol import Outgoing, encode_message
from sundog.scope import Kernel, Scope, current_scope

WIDGET_TARGET = "jupyter.widget"
PLUMBING = ("sundog", "ipywidgets", "traitlets", "comm")

Buffers = list[Any] | None
JsonDict = dict[str, Any]


class KernelComm(BaseComm):
    """A comm that always belongs to the same kernel."""

    primary = True
    target_module = None
    # Whether anything has asked for its id since it was opened, as what refers to it must.
    referenced = False
    made_at: str | None = None
    _open_data: JsonDict = {}
    _close_data: JsonDict = {}
    _msg_callback = None
    _close_callback = None

    def __init__(
        self,
        comms: KernelCommManager,
        target_name: str = "comm",
        data: JsonDict | None = None,
        metadata: JsonDict | None = None,
        buffers: Buffers = None,
        comm_id: str | None = None,
        primary: bool = True,
        **_: Any,
    ) -> None:
        self.comms = comms
        self.kernel: Kernel = comms.scope.kernel
        self._comm_id = comm_id or comms.propose_id(data or {}) or comms.new_id()
        self.target_name = target_name
        # The scope that its callbacks run in.
        self.scope = comms.scope_here()
        if comms.development:
            self.made_at = caller()
        self._closed = False
        if not primary:
            self.primary = False
            comms.comms[self._comm_id] = self
            return
        self._open_data = data or {}
        opening = encode_message(
            "open", self._comm_id, target_name, data or {}, metadata or {}, buffers=buffers
        )
        comms.prepare(opening)
        with comms.lock:
            comms.comms[self._comm_id] = self
            comms.publish(opening)

    def __del__(self) -> None:
        """Do nothing, unlike the base class.

        The manager references every open comm, so this one is closed, or its kernel has ended.
        Finalizers may run in any thread, under any lock.
        """

    # The base class has plain attributes here.
    @property
    def comm_id(self) -> str:  # type: ignore[override]
        """The id on the wire. Raises `ForeignWidgetError` while another kernel runs."""
        self._check_kernel()
        self.referenced = True
        return self._comm_id

    @property
    def topic(self) -> bytes:  # type: ignore[override]
        """The topic that Jupyter's kernels publish under; kept for code that reads it."""
        return b"comm-" + self._comm_id.encode()

    def describe(self) -> Outgoing:
        """Return the message that opens this comm again, for a page that connects later."""
        return encode_message("open", self._comm_id, self.target_name, self._open_data, {})

    def publish_msg(
        self,
        msg_type: str,
        data: JsonDict | None = None,
        metadata: JsonDict | None = None,
        buffers: Buffers = None,
        **_: Any,
    ) -> None:
        """Send to the pages, as `send` and `close` do."""
        if msg_type == "comm_msg":
            self.send(data, metadata, buffers)
        elif msg_type == "comm_close":
            self.close(data)

    def send(
        self,
        data: JsonDict | None = None,
        metadata: JsonDict | None = None,
        buffers: Buffers = None,
    ) -> None:
        """Send a message to the comm's other side, in every page of its kernel."""
        self._check_kernel()
        comms = self.comms
        data = data or {}
        extra: JsonDict = {"metadata": metadata} if metadata else {}
        if data.get("method") == "echo_update":
            if comms.count_pages() < 2:
                return
            extra["parent"] = comms.parent
        parts = (data, extra) if extra else (data,)
        subject = self._subject(data) if data.get("method") == "update" else None
        comms.publish(
            encode_message("msg", self._comm_id, *parts, buffers=buffers, subject=subject)
        )

    def mark_closed(self) -> None:
        """Note that the other side has closed it, or that the kernel ends. Sends nothing."""
        self._closed = True

    def close(
        self,
        data: JsonDict | None = None,
        metadata: JsonDict | None = None,
        buffers: Buffers = None,
        deleting: bool = False,
    ) -> None:
        """Close both sides. Works in any kernel, because clean-up must always work."""
        if self._closed:
            return
        self._closed = True
        comms = self.comms
        if comms.ended:
            comms.comms.pop(self._comm_id, None)
            return
        closing = encode_message("close", self._comm_id, data or {})
        with comms.lock:
            comms.comms.pop(self._comm_id, None)
            comms.forget(self._comm_id)
            comms.publish(closing)

    def _subject(self, data: JsonDict) -> tuple[str, ...] | None:
        """Return the subject of an update, which a later one with the same subject replaces."""
        state = data.get("state")
        # Private traits are also used as events (plotly's ``_py2js_*``), so each value matters.
        if not isinstance(state, dict) or any(str(name).startswith("_") for name in state):
            return None
        return (self._comm_id, *sorted(map(str, state)))

    def handle_msg(self, msg: JsonDict) -> None:
        """Pass a message of a page to the comm's callbacks."""
        callback = self._msg_callback
        if callback is not None:
            callback(msg)

    def _check_kernel(self) -> None:
        scope = current_scope()
        if scope is not None and scope.kernel is not self.kernel:
            raise ForeignWidgetError(
                f"A {self.target_name} comm of kernel {self.kernel.log_id}"
                f"{f', created at {self.made_at},' if self.made_at else ''} was used while kernel "
                f"{scope.kernel.log_id} was running. A widget belongs to one page: create it in "
                "the app or in a callback, not in code that all pages share."
            )


class KernelCommManager(CommManager):
    """The comms of one kernel, and the targets that its pages may open."""

    def __init__(
        self,
        scope: Scope,
        publish: Callable[[Outgoing], None],
        count_pages: Callable[[], int],
        *,
        shared_targets: dict[str, Callable[..., Any]] | None = None,
        development: bool = False,
    ) -> None:
        """Create the manager of the kernel that `scope` belongs to.

        Args:
            scope: The kernel's own scope.
            publish: Sends a message to all pages of the kernel.
            count_pages: Returns how many pages the kernel has.
            shared_targets: The targets that every kernel has.
            development: Whether comms remember where they were created.
        """
        super().__init__()
        self.scope = scope
        self.publish = publish
        self.count_pages = count_pages
        self.development = development
        # The page's message that is being handled, as "page:number".
        self.parent: str | None = None
        # Whether the kernel has ended, so that nothing is sent any more.
        self.ended = False
        # Suggests the id of a comm that is opened with some data, to continue one of another run.
        self.propose_id: Callable[[JsonDict], str | None] = lambda data: None
        # Called with a message before it is published under the lock: it may name comms that a full
        # state has left out, and describing these runs code of the app.
        self.prepare: Callable[[Outgoing], None] = lambda message: None
        # Called with the id of a comm that is closed.
        self.forget: Callable[[str], None] = lambda comm_id: None
        # Guards that a comm is among `comms` exactly if its opening, and not its closing, has been
        # published. It is re-entrant because a finalizer that closes a widget may run under it.
        self.lock = threading.RLock()
        # A target registered at import serves all kernels; one registered by an app, only its own.
        self.targets = ChainMap({}, shared_targets or {})  # type: ignore[assignment]
        # Read from the system only once, because each time other threads may take over the
        # interpreter while the app waits.
        self.id_suffix = secrets.token_hex(12)
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        """Return an id that no other comm of any kernel has, as long as Jupyter's."""
        with self.lock:
            number = next(self._numbers)
        return f"{number:08x}{self.id_suffix}"

    def scope_here(self) -> Scope:
        """Return the scope for callbacks created here."""
        scope = current_scope()
        if scope is None or scope.kernel is not self.scope.kernel:
            return self.scope
        return scope.home

    def unregister_comm(self, comm: BaseComm) -> None:
        """Remove a comm. Does nothing if it is not known."""
        self.comms.pop(getattr(comm, "_comm_id", None) or comm.comm_id, None)

    def open_comms(self) -> list[BaseComm]:
        """Return the comms that pages know about."""
        with self.lock:
            return list(self.comms.values())


def caller() -> str:
    """Return ``file:line`` of the nearest frame outside of the widget plumbing."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        module = frame.f_globals.get("__name__", "").partition(".")[0]
        if module not in PLUMBING:
            break
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
