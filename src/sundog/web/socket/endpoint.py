"""The endpoint of kernels' WebSockets: checks each one and attaches it to its page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import parse_qs

from sundog.errors import KernelLimitError, UnknownKernelError
from sundog.ids import KernelId, PageId, SessionId
from sundog.protocol import UNSUPPORTED_DATA, Address
from sundog.registry import KERNEL_ENDED, Registry
from sundog.web.access import (
    RETRY_SECONDS,
    Admission,
    Allowance,
    NotAdmittedError,
    Refusal,
    Refusals,
    RequestInfo,
)
from sundog.web.socket.asgi import ClientGoneError, Receive, Scope, Send
from sundog.web.socket.budget import Budget
from sundog.web.socket.connection import MAX_BYTES, SocketConnection
from sundog.web.usage import Usage

MAX_QUERY_FIELDS: Final = 20
_PAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class AccessPolicy(Protocol):
    """Decides who may open a socket."""

    refusals: Refusals

    def origin_allowed(self, scope: Scope) -> bool:
        """Return whether the request's Origin is the served one, or on the allow-list."""
        ...

    def session_for(self, scope: Scope, kernel_id: KernelId, token: str = "") -> SessionId | None:
        """Return the session of a request, if it is the one that a kernel belongs to."""
        ...


class KernelSocket:
    """The ASGI application at ``/_sundog/kernel/{kernel_id}/socket``."""

    def __init__(
        self,
        registry: Registry,
        access_policy: AccessPolicy,
        *,
        admission: Admission | None = None,
        usage: Usage | None = None,
        request_info: RequestInfo | None = None,
        make_allowance: Callable[[], Allowance] = lambda: Allowance(None, None),
        budget: Budget | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._registry = registry
        self._access_policy = access_policy
        self._admission = admission or Admission()
        self._usage = usage
        self._request_info = request_info or RequestInfo()
        self._make_allowance = make_allowance
        self._budget = budget or Budget(None)
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket; `scope["path_params"]` names the kernel."""
        await receive()
        query = _query(scope)
        page_id = PageId(query.get("page", ""))
        seen = _number(query.get("seen", "0"))
        place = _place(query.get("at", "/"))
        refusals = self._access_policy.refusals
        if not self._access_policy.origin_allowed(scope):
            await send({"type": "websocket.close", "code": UNSUPPORTED_DATA})
            return
        if seen is None or place is None or _PAGE_ID.fullmatch(page_id) is None:
            refusals.note(Refusal.MALFORMED, "a socket whose address makes no sense")
            await send({"type": "websocket.close", "code": UNSUPPORTED_DATA})
            return
        connection = SocketConnection(
            receive,
            send,
            allowance=self._make_allowance(),
            unfinished=self._budget.reserve(),
            max_bytes=self._max_bytes,
            refusals=refusals,
        )
        kernel_id = KernelId(scope["path_params"]["kernel_id"])
        with contextlib.suppress(ClientGoneError):
            await connection.accept()
            try:
                await self._admit(scope, connection, kernel_id, page_id, seen, place)
            except NotAdmittedError as error:
                refusals.note(error.reason, "a socket from %r: %s", _address(scope), error)
                await connection.refuse(str(error), error.retry_after)
            except KernelLimitError as error:
                refusals.note(Refusal(error.limit), "a socket: %s", error)
                await connection.refuse(str(error), RETRY_SECONDS)
            except UnknownKernelError:
                refusals.note(Refusal.UNKNOWN_KERNEL, "a socket for a kernel that is not there")
                await connection.close(KERNEL_ENDED)

    async def _admit(
        self,
        scope: Scope,
        connection: SocketConnection,
        kernel_id: KernelId,
        page_id: PageId,
        seen: int,
        place: Address,
    ) -> None:
        self._admission.check(scope.get("client"))
        session_id = await self._session_for(scope, connection, kernel_id)
        leave = self._admission.acquire(session_id, (kernel_id, page_id))
        connection.on_end = leave
        try:
            attachment = self._registry.connect(
                kernel_id,
                session_id,
                page_id,
                connection,
                returning=seen > 0,
                request=lambda: self._request_info.read(scope, place),
            )
            if self._usage is not None:
                self._usage.note(session_id)
            try:
                await connection.serve(attachment, seen)
            finally:
                # Its page may have another kernel in the meantime.
                reader = attachment.page.reader
                connection.attachment.kernel.outbox.disconnect(reader, connection.wake)
                self._registry.disconnect(kernel_id, page_id, connection)
        finally:
            leave()

    async def _session_for(
        self, scope: Scope, connection: SocketConnection, kernel_id: KernelId
    ) -> SessionId:
        session_id = self._access_policy.session_for(scope, kernel_id)
        if session_id is None and "token" in _query(scope):
            token = await connection.read_token()
            session_id = self._access_policy.session_for(scope, kernel_id, token)
        if session_id is None:
            raise UnknownKernelError("no such kernel for this session")
        return session_id


def _query(scope: Scope) -> dict[str, str]:
    """Return the first value of each query parameter of the socket's address."""
    text = scope["query_string"].decode("latin-1")
    try:
        values = parse_qs(text, max_num_fields=MAX_QUERY_FIELDS)
    except ValueError:
        return {}
    return {name: given[0] for name, given in values.items()}


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return "" if client is None else str(client[0])


def _place(text: str) -> Address | None:
    try:
        return Address.parse(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
