"""Files: never from outside the folder, compressed once, cached as their name promises."""

from __future__ import annotations

import asyncio
import gzip
import os
import threading
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from sundog.web.static.assets import (
    IMMUTABLE,
    REVALIDATE,
    ContentCache,
    Files,
    Found,
    accepted_codings,
    is_hashed,
    media_type,
    respond,
)
from sundog.web.static.paths import safe_join
from tests.asgi import Answer, http_scope, request, send_request
from tests.patience import PATIENCE

TEXT = b"export const answer = 42;\n" * 100


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "assets").mkdir(parents=True)
    (root / "assets" / "main-Ab3_x-9z.js").write_bytes(TEXT)
    (root / "assets" / "main-Ab3_x-9z.js.br").write_bytes(b"brotli")
    (root / "assets" / "main-Ab3_x-9z.js.gz").write_bytes(b"gzip")
    (root / "plain.js").write_bytes(TEXT)
    (root / "small.js").write_bytes(b"1")
    (root / "picture.png").write_bytes(b"\x89PNG" * 1000)
    (root / "big.bin").write_bytes(b"0123456789" * 200_000)
    (root / "a b é%.txt").write_bytes(b"odd")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "root-beside").mkdir()
    (tmp_path / "root-beside" / "secret.txt").write_bytes(b"secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "folder-link").symlink_to(tmp_path)
    (root / "inner-link.js").symlink_to(root / "plain.js")
    return root


def application(root: Path, *, compress: bool = True) -> Starlette:
    files = Files([root], ContentCache(), compress=compress, immutable=is_hashed)
    return Starlette(routes=[Route("/s/{path:path}", files.answer)])


def get(root: Path, path: str, accept: str = "", compress: bool = True, **more: str) -> Answer:
    headers = [("accept-encoding", accept), *more.items()]
    return request(application(root, compress=compress), "/s/" + path, headers=headers)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/",
        "../secret.txt",
        "../root-beside/secret.txt",
        "assets/../../secret.txt",
        "./plain.js",
        "assets//main-Ab3_x-9z.js",
        "/plain.js",
        "//plain.js",
        "..\\secret.txt",
        "assets\\..\\..\\secret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%c0%afsecret.txt",
        "..\u2215secret.txt",
        "\uff0e\uff0e/secret.txt",
        "....//secret.txt",
        "..;/secret.txt",
        "plain.js\x00.png",
        "\x00",
        "C:/secret.txt",
        "C:secret.txt",
        "\\\\host\\share\\secret.txt",
        "//host/share/secret.txt",
        "file:///etc/passwd",
        "/etc/passwd",
        "link.txt",
        "folder-link/secret.txt",
        "assets",
        "assets/",
        "plain.js/",
        "missing.js",
        "~/secret.txt",
        "\ud800",
        "x" * 5000,
        "a/" * 3000 + "b",
    ],
)
def test_nothing_from_outside_the_folder(root: Path, path: str) -> None:
    assert safe_join(root.resolve(), path) is None
    answer = get(root, path)
    assert answer.status == 404
    assert answer.headers["cache-control"] == "no-store"
    assert b"secret" not in answer.body


def test_a_name_with_a_line_end_is_none(root: Path) -> None:
    # The router takes the line end off.
    assert safe_join(root.resolve(), "plain.js\n") is None


def test_odd_names_and_links_inside_are_served(root: Path) -> None:
    assert get(root, "a b é%.txt").body == b"odd"
    assert get(root, "inner-link.js").body == TEXT


@pytest.mark.parametrize(
    ("accept", "body", "coding"),
    [
        ("br, gzip", b"brotli", "br"),
        ("gzip, deflate", b"gzip", "gzip"),
        ("gzip;q=1.0, br;q=0", b"gzip", "gzip"),
        ("", TEXT, None),
        ("identity", TEXT, None),
        ("gzip;q=0, br;q=0.0", TEXT, None),
        ("BR", b"brotli", "br"),
    ],
)
def test_the_best_prepared_coding_is_sent(
    root: Path, accept: str, body: bytes, coding: str | None
) -> None:
    answer = get(root, "assets/main-Ab3_x-9z.js", accept)
    assert answer.body == body
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == IMMUTABLE
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_text_is_compressed_where_nothing_is_prepared(root: Path) -> None:
    answer = get(root, "plain.js", "gzip")
    assert gzip.decompress(answer.body) == TEXT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == REVALIDATE
    for path, compress in (("small.js", True), ("picture.png", True), ("plain.js", False)):
        assert "content-encoding" not in get(root, path, "gzip", compress).headers


def test_a_version_that_the_browser_has_is_not_sent_again(root: Path) -> None:
    first = get(root, "plain.js", "gzip")
    tag = first.headers["etag"]
    for header in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = get(root, "plain.js", "gzip", **{"if-none-match": header})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
    # Another coding is another version.
    assert get(root, "plain.js", "", **{"if-none-match": tag}).status == 200
    os.utime(root / "plain.js", ns=(1, 1))
    assert get(root, "plain.js", "gzip", **{"if-none-match": tag}).status == 200


def test_large_files_and_ranges_are_streamed(root: Path) -> None:
    assert len(get(root, "big.bin").body) == 2_000_000
    answer = get(root, "picture.png", "", range="bytes=4-7")
    assert (answer.status, answer.body) == (206, b"\x89PNG")


def test_only_reading_is_allowed(root: Path) -> None:
    assert request(application(root), "/s/plain.js", method="POST").status == 405
    assert request(application(root), "/s/plain.js", method="HEAD").status == 200


def test_the_first_folder_wins(root: Path, tmp_path: Path) -> None:
    (tmp_path / "over").mkdir()
    (tmp_path / "over" / "plain.js").write_bytes(b"mine")
    files = Files([tmp_path / "missing", tmp_path / "over", root], ContentCache())
    app = Starlette(routes=[Route("/{path:path}", files.answer)])
    assert request(app, "/plain.js").body == b"mine"
    assert request(app, "/small.js").body == b"1"


def test_a_file_is_compressed_once_even_under_a_rush(root: Path) -> None:
    cache = ContentCache()
    reads = []

    async def rush() -> list[Answer]:
        files = Files([root], cache)
        app = Starlette(routes=[Route("/{path:path}", files.answer)])
        make = cache._make
        cache._make = lambda key, work: reads.append(key) or make(key, work)  # type: ignore[method-assign]
        scope = [("accept-encoding", "gzip")]
        calls = [send_request(app, http_scope("/plain.js", headers=scope)) for _ in range(20)]
        return [*await asyncio.gather(*calls), await send_request(app, http_scope("/plain.js"))]

    answers = asyncio.run(rush())
    assert {answer.status for answer in answers} == {200}
    assert [key.coding for key in reads] == ["gzip", ""]


def test_the_cache_is_bounded() -> None:
    async def fill() -> list[str]:
        cache = ContentCache(limit=3000)
        made: list[str] = []

        async def get(name: str, size: int = 1000) -> None:
            def make() -> bytes:
                made.append(name)
                return b"x" * size

            await cache.get(name, make)  # type: ignore[arg-type]

        for name in "abcd":
            await get(name)
        await get("large", 2000)
        made.clear()
        for name in "bcd":
            await get(name)
        await get("large", 2000)
        await get("a")
        await get("c")
        await get("b")
        return made

    # What was not used for longest is dropped first; what is too large is not stored at all.
    assert asyncio.run(fill()) == ["large", "a", "b"]


def test_accepted_codings() -> None:
    assert accepted_codings("gzip, br;q=0.5, x;q=0, y;q=a,, Z") == {"gzip", "br", "", "z"}


@pytest.mark.parametrize(
    ("name", "hashed"),
    [
        ("assets/index-BdW1_k-9.js", True),
        ("assets/font-BdW1kk99.woff2", True),
        ("index.js", False),
        ("assets/index.js", False),
        ("custom-theme.css", False),
        ("style.min.css", False),
        ("manifest.json", False),
    ],
)
def test_hashed_names(name: str, hashed: bool) -> None:
    assert is_hashed(name) is hashed


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JS", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.pdf", "application/pdf"),
        ("a.unknown", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_media_types(name: str, kind: str) -> None:
    assert media_type(Path(name)) == kind


HIDDEN = [".env", ".git/config", "assets/.htpasswd", "env.txt", "git/config"]


@pytest.mark.parametrize("path", HIDDEN)
def test_hidden_files_are_not_served_even_by_links(root: Path, path: str) -> None:
    for name in (".env", "assets/.htpasswd", ".git/config"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"secret")
    (root / "env.txt").symlink_to(root / ".env")
    (root / "git").symlink_to(root / ".git")
    assert safe_join(root, path) is None
    assert get(root, path).status == 404


def test_a_folder_below_a_hidden_one_is_served(tmp_path: Path) -> None:
    root = tmp_path / ".venv" / "public"
    root.mkdir(parents=True)
    (root / "a.txt").write_bytes(b"a")
    assert get(root, "a.txt").body == b"a"


@pytest.mark.anyio
async def test_the_event_loop_runs_while_a_file_is_looked_up(root: Path) -> None:
    found = threading.Event()

    def find() -> Found:
        assert found.wait(PATIENCE), "the event loop stood still"
        return Found(root / "small.js")

    answer = respond(Request(http_scope("/small.js")), find, ContentCache(), compress=True)
    task = asyncio.create_task(answer)
    await asyncio.sleep(0)
    found.set()
    response = await task
    assert response is not None
    assert response.body == b"1"
