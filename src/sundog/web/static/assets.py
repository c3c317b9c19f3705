"""Files for the browser: safe paths, compressed once, cached if the name contains a hash."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from sundog.web.static.codings import Coding, available_codings
from sundog.web.static.paths import safe_join

IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATE: Final = "no-cache"

# The suffix of a pre-compressed file, by content coding, the best first.
_SIBLINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_COMPRESS_FROM: Final = 1024
_KEEP_UP_TO: Final = 8 << 20
_STREAM_FROM: Final = 1 << 20
_HASHED_NAME: Final = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9.]+$", re.ASCII)

# The system's own table differs between machines, and is wrong on some.
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".wasm": "application/wasm",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".eot": "application/vnd.ms-fontobject",
}
# fmt: off
_COMPRESSIBLE: Final = frozenset((
    ".css", ".csv", ".eot", ".glsl", ".html", ".js", ".json", ".map", ".md", ".mjs", ".svg",
    ".ttf", ".txt", ".wasm", ".xml",
))
# fmt: on


def is_hashed(path: str) -> bool:
    """Return whether a name contains a hash of the file's content, as the bundler writes it."""
    return _HASHED_NAME.search(path) is not None


def media_type(path: Path) -> str:
    """Return the ``Content-Type`` for a file's name."""
    known = _TYPES.get(path.suffix.lower())
    guess = mimetypes.MimeTypes(()).guess_type
    return known or guess(path.name)[0] or "application/octet-stream"


def accepted_codings(header: str) -> frozenset[str]:
    """Return the content codings that an ``Accept-Encoding`` header allows."""
    accepted = set()
    for item in header.split(","):
        name, _, parameters = item.partition(";")
        quality = parameters.strip().removeprefix("q=")
        try:
            refused = bool(parameters.strip()) and float(quality) == 0
        except ValueError:
            refused = True
        if not refused:
            accepted.add(name.strip().lower())
    return frozenset(accepted)


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and whether its address changes whenever the file does."""

    file: Path
    immutable: bool = False


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What to send for a file: its content, a compressed file, or the result of `encode`."""

    source: Path
    stat: os.stat_result
    coding: str
    encode: Callable[[bytes], bytes]
    media_type: str
    caching: str
    codable: bool


@dataclass(frozen=True, slots=True)
class _Key:
    path: Path
    modified: int
    size: int
    coding: str


class ContentCache:
    """Bodies of small and of compressed files, up to a total number of bytes.

    Used from the event loop. Files are read and compressed in threads, each only once.
    """

    def __init__(self, limit: int = 16 << 20, codings: Sequence[Coding] | None = None) -> None:
        # The compressions, the best first.
        self.codings = available_codings() if codings is None else codings
        self._limit = limit
        self._size = 0
        self._bodies: OrderedDict[_Key, bytes] = OrderedDict()
        self._pending: dict[_Key, asyncio.Task[bytes]] = {}

    async def get(self, key: _Key, make: Callable[[], bytes]) -> bytes:
        """Return a body, and create it if necessary."""
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
            return body
        task = self._pending.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make))
            self._pending[key] = task
        # A client that disconnects must not cancel the result for others.
        return await asyncio.shield(task)

    async def _make(self, key: _Key, make: Callable[[], bytes]) -> bytes:
        try:
            body = await anyio.to_thread.run_sync(make)
        finally:
            del self._pending[key]
        if len(body) <= self._limit // 2:
            self._bodies[key] = body
            self._size += len(body)
        while self._size > self._limit:
            self._size -= len(self._bodies.popitem(last=False)[1])
        return body


class Files:
    """Serves the files of some folders. If several have the same name, the first folder's is used.

    Files below the `hidden` names are not served.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        cache: ContentCache,
        *,
        compress: bool = True,
        immutable: Callable[[str], bool] = lambda path: False,
        hidden: tuple[str, ...] = (),
    ) -> None:
        self._folders: Sequence[Path] = [folder.resolve() for folder in folders]
        self._cache = cache
        self._compress = compress
        self._immutable = immutable
        self._hidden = [folder / name for folder in self._folders for name in hidden]

    def find(self, path: str) -> Path | None:
        """Return the file of a URL path, or None if there is none inside the folders."""
        for folder in self._folders:
            found = safe_join(folder, path)
            if found is not None and not any(map(found.is_relative_to, self._hidden)):
                return found
        return None

    async def answer(self, request: Request) -> Response:
        """Handle a request whose path parameter ``path`` names a file."""
        path = request.path_params["path"]

        def find() -> Found | None:
            file = self.find(path)
            return None if file is None else Found(file, self._immutable(path))

        return await respond(request, find, self._cache, compress=self._compress) or not_found()


async def respond(
    request: Request, find: Callable[[], Found | None], cache: ContentCache, *, compress: bool
) -> Response | None:
    """Return a response with the file that `find` returns, in the best coding of the browser.

    `find` is called in a thread, because a slow disk must not block the event loop. Returns None if
    there is no file.
    """
    codings = cache.codings if compress else ()
    accepted = request.headers.get("accept-encoding", "")
    chosen = await anyio.to_thread.run_sync(_choose, find, accepted, codings)
    if chosen is None:
        return None
    stat, coding = chosen.stat, chosen.coding
    headers = {"Cache-Control": chosen.caching}
    if chosen.codable:
        headers["Vary"] = "Accept-Encoding"
    tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}{"-" + coding if coding else ""}"'
    headers["ETag"] = tag
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    kind, source = chosen.media_type, chosen.source
    if not coding and (stat.st_size >= _STREAM_FROM or "range" in request.headers):
        return FileResponse(source, headers=headers, media_type=kind, stat_result=stat)
    key = _Key(source, stat.st_mtime_ns, stat.st_size, coding)
    try:
        body = await cache.get(key, lambda: chosen.encode(source.read_bytes()))
    except OSError:
        return None
    if coding:
        headers["Content-Encoding"] = coding
    return Response(body, headers=headers, media_type=kind)


def matches(header: str, tag: str) -> bool:
    """Return whether an ``If-None-Match`` header names a version."""
    names = (name.strip().removeprefix("W/") for name in header.split(","))
    return any(name in (tag, "*") for name in names)


def not_found() -> Response:
    """Return the response for a missing or hidden file."""
    return PlainTextResponse("Not found", 404, {"Cache-Control": "no-store"})


def _choose(
    find: Callable[[], Found | None], accept_encoding: str, codings: Sequence[Coding]
) -> _Chosen | None:
    """Return which file to send and how, or None if there is none."""
    found = find()
    if found is None:
        return None
    file = found.file
    codable = bool(codings) and file.suffix.lower() in _COMPRESSIBLE
    caching = IMMUTABLE if found.immutable else REVALIDATE
    try:
        source, coding, encode = (
            _coded(file, accepted_codings(accept_encoding), codings)
            if codable
            else (file, "", bytes)
        )
        return _Chosen(source, source.stat(), coding, encode, media_type(file), caching, codable)
    except OSError:
        return None


def _coded(
    file: Path, accepted: frozenset[str], codings: Sequence[Coding]
) -> tuple[Path, str, Callable[[bytes], bytes]]:
    """Return what to read, its coding, and how to encode what is read."""
    for name, suffix in _SIBLINGS:
        sibling = file.with_name(file.name + suffix)
        if name in accepted and sibling.is_file() and not sibling.is_symlink():
            return sibling, name, bytes
    if _COMPRESS_FROM <= file.stat().st_size <= _KEEP_UP_TO:
        for coding in codings:
            if coding.name in accepted:
                return file, coding.name, coding.encode
    return file, "", bytes
