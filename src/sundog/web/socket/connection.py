"""A page's WebSocket: reads and writes frames as fast as both sides can handle them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from sundog.errors import KernelClosedError, PageTooSlowError, ProtocolError
from sundog.ids import ConnectionId, new_token
from sundog.kernel import Page, VirtualKernel
from sundog.protocol import (
    INVALID_DATA,
    PART_BYTES,
    TOO_LARGE,
    Assembly,
    PageBatch,
    PageToken,
    ScriptError,
    Timing,
    decode_binary,
    decode_text,
    encode_batch,
    encode_control,
    is_part,
)
from sundog.registry import KERNEL_ENDED, SERVER_RESTARTS, Attachment
from sundog.web.access import Allowance, Refusal, Refusals
from sundog.web.socket.asgi import ClientGoneError, Receive, Send, Sender
from sundog.web.socket.budget import Budget, Reservation
from sundog.web.socket.developers import DevelopersPage
from sundog.web.socket.pace import Pace

logger = logging.getLogger(__name__)

PROTOCOL_ERROR = 1002
INTERNAL_ERROR = 1011
TRY_AGAIN_LATER = 1013
NO_ROOM = 4003

# The largest frame in parts by default.
MAX_BYTES = 100 << 20

# Frames from this size on are decoded in a thread, so that other connections continue.
DECODE_APART_FROM = 64 << 10

# How long a page may take to send its token, in seconds, and the length of that message.
TOKEN_SECONDS = 10.0
MAX_TOKEN_LENGTH = 2000

CLOSING_REASONS = {SERVER_RESTARTS: "shutdown", KERNEL_ENDED: "closed"}
REASONS = {TOO_LARGE: Refusal.LARGE_FRAME, TRY_AGAIN_LATER: Refusal.UNFINISHED}
PONG = encode_control({"type": "pong"})


def _welcome(mode: str, page: Page) -> dict[str, Any]:
    return {
        "type": "welcome",
        "mode": mode,
        "seq": page.reader.sent,
        "received": page.received,
        "ack": page.reader.ack,
        "part": PART_BYTES,
    }


class SocketConnection:
    """A WebSocket, attached to a page of a kernel once it is accepted."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        allowance: Allowance | None = None,
        unfinished: Reservation | None = None,
        max_bytes: int = MAX_BYTES,
        refusals: Refusals | None = None,
    ) -> None:
        self.id = ConnectionId(new_token())
        self._receive = receive
        self._sender = Sender(send)
        self._refusals = refusals or Refusals()
        self._unfinished = unfinished or Budget(None).reserve()
        self._parts = Assembly(max_bytes)
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._end_code: int | None = None
        self._attachment: Attachment | None = None
        self._pace = Pace(
            allowance or Allowance(None, None),
            self._refusals,
            reassure=lambda: self._sender.text(PONG),
        )
        # Pending control messages, by kind.
        self._controls: dict[str, str] = {}
        self._developers = DevelopersPage(self.tell)
        # Called when nothing more is expected from the socket, which may hang for a while.
        self.on_end: Callable[[], None] = lambda: None

    async def accept(self) -> None:
        """Complete the handshake."""
        await self._sender.message({"type": "websocket.accept"})

    def wake(self) -> None:
        """Let the writer check for messages. Thread-safe."""
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ready.set)

    def end(self, code: int) -> None:
        """Close the socket soon. Called on the server's event loop."""
        if self._end_code is None:
            self._end_code = code
            self._ready.set()
            self._pace.end()
            self.on_end()

    @property
    def attachment(self) -> Attachment:
        """The kernel and page that it serves, once it is served."""
        assert self._attachment is not None
        return self._attachment

    def move(self, kernel: VirtualKernel) -> None:
        """Serve the same page of another kernel. Called on the server's event loop."""
        page = self.attachment.page
        self._attachment = Attachment(kernel, page, new=False)
        self.tell("welcome", encode_control({**_welcome("sync", page), "reloaded": True}))

    def tell(self, kind: str, text: str) -> None:
        """Send a control message soon, in place of a pending one of its kind."""
        self._controls.pop(kind, None)
        self._controls[kind] = text
        self._ready.set()

    async def serve(self, attachment: Attachment, seen: int) -> None:
        """Transfer messages both ways until the socket ends."""
        self._attachment = attachment
        kernel, page = attachment.kernel, attachment.page
        resumed = kernel.outbox.connect(page.reader, seen, self.wake)
        # A run with much output can overflow the log before its page is here.
        mode = "sync" if not resumed else "new" if attachment.new else "resume"
        welcome = _welcome(mode, page)
        if mode == "sync":
            kernel.pages.synchronise(page)
        # Before everything else, so that it precedes any reply.
        await self._sender.text(encode_control(welcome))
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self._unfinished.set(0)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._developers.leave(self.attachment)

    async def read_token(self) -> str:
        """Return the token that the page sends first; empty if it sends something else.

        Raises `ClientGoneError` if it leaves, or takes too long.
        """
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise ClientGoneError from None
        if message["type"] != "websocket.receive":
            raise ClientGoneError
        text = message.get("text") or ""
        try:
            decoded = decode_text(text) if len(text) <= MAX_TOKEN_LENGTH else None
        except ProtocolError:
            return ""
        return decoded.token if isinstance(decoded, PageToken) else ""

    async def refuse(self, text: str, retry_after: int) -> None:
        """Tell the page that there is no capacity now, and close."""
        message = {"type": "refused", "text": text, "retry_after": retry_after}
        await self._sender.text(encode_control(message))
        await self.close(NO_ROOM)

    async def close(self, code: int) -> None:
        """Close a socket that is not served."""
        await self._sender.message({"type": "websocket.close", "code": code})

    # What comes in -----------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self._note_end(message.get("code"))
                return
            if self._end_code is not None:
                continue
            frame = message.get("text")
            if frame is None:
                frame = message.get("bytes") or b""
            del message
            try:
                count = await self._take(frame)
            except ProtocolError as error:
                reason = REASONS.get(error.code, Refusal.BAD_FRAME)
                self._refusals.note(reason, "[%s] a frame: %s", self._log_id, error)
                self.end(error.code)
            except KernelClosedError:
                self.end(KERNEL_ENDED)
            else:
                size = len(frame)
                del frame
                await self._pace.keep(count, size, self.attachment)

    @property
    def _log_id(self) -> str:
        return self.attachment.kernel.log_id

    async def _take(self, frame: str | bytes) -> int:
        """Handle a frame, or store it as a part; return how many messages it costs."""
        if isinstance(frame, str) or not is_part(frame):
            return await self._take_whole(frame)
        whole = self._parts.take(frame)
        self._unfinished.set(self._parts.received)
        # Parts are confirmed at once, so that the page sees that the server is there.
        await self._sender.text(encode_control({"type": "part", "size": len(frame)}))
        return 1 if whole is None else await self._take_whole(whole)

    async def _take_whole(self, frame: str | bytes | bytearray) -> int:
        """Handle a frame; return how many messages it costs."""
        page = self.attachment.page
        if isinstance(frame, str):
            decoded = await self._decode(decode_text, frame)
            if isinstance(decoded, PageToken):
                # The cookie was proof enough.
                return 1
            if isinstance(decoded, ScriptError | Timing):
                self._developers.take(decoded, self.attachment)
                return 1
            if not isinstance(decoded, PageBatch):
                await self._sender.text(PONG)
                return 1
            self.attachment.kernel.receive(page, decoded)
            batch = decoded
        else:
            batch, buffers = await self._decode(decode_binary, frame)
            self.attachment.kernel.receive(page, batch, buffers)
        page.backlog.add(page.received, len(frame))
        return max(1, len(batch.messages))

    async def _decode(self, decode: Callable[[Any], Any], frame: str | bytes | bytearray) -> Any:
        if len(frame) < DECODE_APART_FROM:
            return decode(frame)
        return await self._loop.run_in_executor(None, decode, frame)

    def _note_end(self, code: object) -> None:
        """Count messages that the WebSocket library has refused."""
        log_id = self._log_id
        if code == TOO_LARGE:
            self._refusals.note(Refusal.LARGE_FRAME, "[%s] a message over the limit", log_id)
        elif code in (PROTOCOL_ERROR, INVALID_DATA):
            self._refusals.note(Refusal.BAD_FRAME, "[%s] what is no WebSocket frame", log_id)

    # What goes out -----------------------------------------------------------------------------

    async def _write(self) -> None:
        try:
            await self._write_batches()
        except ClientGoneError:
            return
        except Exception:
            logger.exception("[%s] a socket failed", self._log_id)
            self.end(INTERNAL_ERROR)
        code = self._end_code or KERNEL_ENDED
        reason = CLOSING_REASONS.get(code)
        with contextlib.suppress(ClientGoneError):
            if reason is not None:
                await self._sender.text(encode_control({"type": "closing", "reason": reason}))
            await self.close(code)

    async def _write_batches(self) -> None:
        while self._end_code is None:
            self._ready.clear()
            while self._controls:
                await self._sender.text(self._controls.pop(next(iter(self._controls))))
            # Without waiting in between: a page reads its kernel's messages after its welcome.
            outbox, reader = self.attachment.kernel.outbox, self.attachment.page.reader
            try:
                batch = outbox.take(reader)
            except PageTooSlowError:
                self._refusals.note(Refusal.SLOW, "[%s] a page reads too slowly", self._log_id)
                self.end(TRY_AGAIN_LATER)
                return
            if batch is None:
                await self._ready.wait()
            elif batch.first == 0 and not batch.messages:
                await self._sender.text(encode_control({"type": "synced", "seq": reader.sent}))
            else:
                frame = encode_batch(batch.ack, batch.first, batch.messages)
                del batch
                if isinstance(frame, str):
                    await self._sender.text(frame)
                else:
                    await self._sender.message({"type": "websocket.send", "bytes": frame})
                # The writer must hold no reference while it waits, because a first frame is large.
                del frame
