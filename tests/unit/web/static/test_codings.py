"""How bodies are compressed, with what is installed."""

from __future__ import annotations

import gzip
import importlib
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from sundog.web.static.assets import ContentCache, Files
from sundog.web.static.codings import available_codings
from tests.asgi import request

TEXT = b"export const answer = 42;\n" * 1000


def decode(name: str, data: bytes) -> bytes:
    if name == "gzip":
        return gzip.decompress(data)
    if name == "br":
        return bytes(importlib.import_module("brotli").decompress(data))
    return bytes(importlib.import_module("compression.zstd").decompress(data))


def test_each_coding_can_be_undone() -> None:
    codings = available_codings()
    assert codings[-1].name == "gzip"
    for coding in codings:
        encoded = coding.encode(TEXT)
        assert len(encoded) < len(TEXT) / 10
        assert decode(coding.name, encoded) == TEXT


def test_without_libraries_there_is_gzip(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("brotli", "brotlicffi", "compression.zstd", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    assert [coding.name for coding in available_codings()] == ["gzip"]


@pytest.mark.parametrize(
    ("accept", "coding"), [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0", None)]
)
def test_browsers_get_the_best_that_they_take(
    tmp_path: Path, accept: str, coding: str | None
) -> None:
    pytest.importorskip("brotli")
    (tmp_path / "a.js").write_bytes(TEXT)
    files = Files([tmp_path], ContentCache())

    app = Starlette(routes=[Route("/{path:path}", files.answer)])
    answer = request(app, "/a.js", headers=[("accept-encoding", accept)])
    assert answer.headers.get("content-encoding") == coding
    assert (decode(coding, answer.body) if coding else answer.body) == TEXT
