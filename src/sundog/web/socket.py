"""The kernel's WebSocket: a thin shell around the codec, the outbox and the registry."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from sundog.errors import (
    KernelClosedError,
    KernelLimitError,
    PageTooSlowError,
    ProtocolError,
    UnknownKernelError,
)
from sundog.ids import ConnectionId, KernelId, PageId, SessionId, new_token
from sundog.kernel.registry import KERNEL_ENDED, SERVER_RESTARTS, Attachment, Registry
from sundog.protocol.codec import (
    UNSUPPORTED_DATA,
    decode_binary,
    decode_text,
    encode_batch,
    encode_control,
)
from sundog.protocol.message import PageBatch

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

INTERNAL_ERROR = 1011
TRY_AGAIN_LATER = 1013
NO_ROOM = 4003
RETRY_SECONDS = 10
MAX_PAGE_ID_LENGTH = 64

CLOSING_REASONS = {SERVER_RESTARTS: "shutdown", KERNEL_ENDED: "closed"}


class Gate(Protocol):
    """Decides who may open a socket."""

    def origin_allowed(self, scope: Scope) -> bool:
        """Whether the request's Origin is the served one, or on the allow-list."""
        ...

    def session_of(self, scope: Scope) -> SessionId | None:
        """Return the session that the request's cookie proves, None without a valid one."""
        ...

    def owns(self, session_id: SessionId, kernel_id: KernelId) -> bool:
        """Whether the server minted this kernel id for this session; in constant time."""
        ...


class ClientGoneError(Exception):
    """Nobody is there any more to whom something could be sent."""


class SocketConnection:
    """One accepted WebSocket, attached to a page of a kernel."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.id = ConnectionId(new_token())
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._end_code: int | None = None

    def wake(self) -> None:
        """Have the writer look for messages. Thread-safe."""
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ready.set)

    def end(self, code: int) -> None:
        """Close the socket soon. Called on the server's event loop."""
        if self._end_code is None:
            self._end_code = code
            self._ready.set()

    async def accept(self) -> None:
        """Complete the handshake."""
        await self._send_message({"type": "websocket.accept"})

    async def serve(self, attachment: Attachment, seen: int) -> None:
        """Carry messages both ways until the socket ends."""
        kernel, page = attachment.kernel, attachment.page
        resumed = kernel.outbox.connect(page.reader, seen, self.wake)
        mode = "new" if attachment.new else "resume" if resumed else "sync"
        welcome = {
            "type": "welcome",
            "mode": mode,
            "seq": page.reader.sent,
            "received": page.received,
            "ack": page.reader.ack,
        }
        if mode == "sync":
            kernel.synchronise(page)
        # First of all, before anything that is read can be answered.
        await self._send_text(encode_control(welcome))
        writer = asyncio.create_task(self._write(attachment))
        try:
            await self._read(attachment)
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    async def refuse(self, code: int, message: dict[str, object] | None = None) -> None:
        """Say why the page gets no kernel, and close."""
        if message is not None:
            await self._send_text(encode_control(message))
        await self._send_message({"type": "websocket.close", "code": code})

    async def _read(self, attachment: Attachment) -> None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return
            try:
                await self._take_frame(attachment, message)
            except ProtocolError as error:
                logger.warning("[%s] bad frame: %s", attachment.kernel.log_id, error)
                self.end(error.code)
            except KernelClosedError:
                self.end(KERNEL_ENDED)
            except ClientGoneError:
                return

    async def _take_frame(self, attachment: Attachment, message: Message) -> None:
        if self._end_code is not None:
            return
        text = message.get("text")
        if text is None:
            batch, buffers = decode_binary(message.get("bytes") or b"")
            attachment.kernel.receive(attachment.page, batch, buffers)
            return
        decoded = decode_text(text)
        if isinstance(decoded, PageBatch):
            attachment.kernel.receive(attachment.page, decoded)
        else:
            await self._send_text(encode_control({"type": "pong"}))

    async def _write(self, attachment: Attachment) -> None:
        try:
            await self._write_batches(attachment)
        except ClientGoneError:
            return
        except Exception:
            logger.exception("[%s] a socket failed", attachment.kernel.log_id)
            self.end(INTERNAL_ERROR)
        code = self._end_code or KERNEL_ENDED
        reason = CLOSING_REASONS.get(code)
        with contextlib.suppress(ClientGoneError):
            if reason is not None:
                await self._send_text(encode_control({"type": "closing", "reason": reason}))
            await self._send_message({"type": "websocket.close", "code": code})

    async def _write_batches(self, attachment: Attachment) -> None:
        outbox, reader = attachment.kernel.outbox, attachment.page.reader
        while self._end_code is None:
            self._ready.clear()
            try:
                batch = outbox.take(reader)
            except PageTooSlowError:
                self.end(TRY_AGAIN_LATER)
                return
            if batch is None:
                await self._ready.wait()
            elif batch.first == 0 and not batch.messages:
                await self._send_text(encode_control({"type": "synced", "seq": reader.sent}))
            else:
                frame = encode_batch(batch.ack, batch.first, batch.messages)
                del batch
                if isinstance(frame, str):
                    await self._send_text(frame)
                else:
                    await self._send_message({"type": "websocket.send", "bytes": frame})
                # Nothing may be held while the writer waits: a first frame is large.
                del frame

    async def _send_text(self, text: str) -> None:
        await self._send_message({"type": "websocket.send", "text": text})

    async def _send_message(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            # ASGI servers raise the first when the client has left, and the second when they have
            # closed the socket themselves, as after a ping without an answer.
            raise ClientGoneError from error


class KernelSocket:
    """The ASGI application at ``/_sundog/kernel/{kernel_id}/socket``."""

    def __init__(self, registry: Registry, gate: Gate) -> None:
        self._registry = registry
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket; `scope["path_params"]` names the kernel."""
        await receive()
        query = parse_qs(scope["query_string"].decode("latin-1"))
        page_id = PageId(query.get("page", [""])[0])
        seen = _number(query.get("seen", ["0"])[0])
        if (
            not self._gate.origin_allowed(scope)
            or seen is None
            or not 0 < len(page_id) <= MAX_PAGE_ID_LENGTH
        ):
            await send({"type": "websocket.close", "code": UNSUPPORTED_DATA})
            return
        with contextlib.suppress(ClientGoneError):
            await self._serve(scope, receive, send, page_id, seen)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, page_id: PageId, seen: int
    ) -> None:
        connection = SocketConnection(receive, send)
        await connection.accept()
        kernel_id = KernelId(scope["path_params"]["kernel_id"])
        try:
            attachment = self._attach(scope, kernel_id, page_id, connection, returning=seen > 0)
        except UnknownKernelError:
            await connection.refuse(KERNEL_ENDED)
            return
        except KernelLimitError as error:
            busy: dict[str, object] = {
                "type": "refused",
                "text": str(error),
                "retry_after": RETRY_SECONDS,
            }
            await connection.refuse(NO_ROOM, busy)
            return
        try:
            await connection.serve(attachment, seen)
        finally:
            attachment.kernel.outbox.disconnect(attachment.page.reader, connection.wake)
            self._registry.disconnect(kernel_id, page_id, connection)

    def _attach(
        self,
        scope: Scope,
        kernel_id: KernelId,
        page_id: PageId,
        connection: SocketConnection,
        *,
        returning: bool,
    ) -> Attachment:
        session_id = self._gate.session_of(scope)
        if session_id is None or not self._gate.owns(session_id, kernel_id):
            raise UnknownKernelError("no such kernel for this session")
        return self._registry.connect(
            kernel_id, session_id, page_id, connection, returning=returning
        )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
