"""No route for files leads out of its folder, however the path is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.server import Server
from tests.integration.security.conftest import APP
from tests.servers import make_server, request

SECRET = b"what nobody may read"

# Each has a file `in.txt`, and so many folders between it and the one that holds the secret.
ROUTES = {
    "/static/public/": 1,
    "/static/assets/": 1,
    "/_sundog/labextensions/latest/ext/": 3,
    "/_sundog/labextensions/latest/@scope/ext/": 4,
    "/_sundog/nbextensions/latest/ext/": 3,
    "/nbextensions/ext/": 3,
    "/_sundog/static/": 1,
}

# How a way up and the slashes in a path can be written.
UPS = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "%2E%2E%2F",
    ".%2e/",
    "%252e%252e%252f",
    "%252e%252e/",
    "..%252f",
    "..\\",
    "..%5c",
    "%2e%2e%5c",
    "..%255c",
    "....//",
    "..././",
    "..;/",
    "..%00/",
    "..%0a/",
    "..%09/",
    "%c0%ae%c0%ae/",
    "%c0%ae%c0%ae%c0%af",
    "%e0%80%ae%e0%80%ae/",
    "%uff0e%uff0e/",
    "%ef%bc%8e%ef%bc%8e/",
    "%u002e%u002e/",
    "in.txt/../../",
    "./../",
    "x/../../",
    "/../",
]

# Names that lead elsewhere by themselves; {0} is the secret's absolute path.
ABSOLUTE = [
    "{0}",
    "/{0}",
    "%2f{0}",
    "//{0}",
    "%2f%2f{0}",
    "file:{0}",
    "file://{0}",
    "file:%2f%2f{0}",
    "C:{0}",
    "C:%5c{0}",
    "c:/windows/win.ini",
    "\\\\localhost\\share{0}",
    "%5c%5clocalhost%5cshare{0}",
    "%5c%5c.%5c{0}",
    "%5c%5c?%5c{0}",
    "//localhost/share{0}",
    "~{0}",
    "%7e/{0}",
    "in.txt%00{0}",
    "in.txt%00",
    "in.txt%0a",
    "in.txt::$DATA",
    "in.txt%3a%3a$DATA",
    "in.txt/",
    "in.txt/.",
    "link.txt",
    "link.txt.gz",
    "folder/secret.txt",
    "folder/../secret.txt",
    "loop/in.txt",
    "pipe",
    "",
    ".",
    "..",
    "%2e",
    "%2e%2e",
    "CON",
    "NUL",
]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    (folder / "secret.txt").write_bytes(SECRET)
    jupyter = folder / "jupyter"
    extensions = [
        jupyter / "labextensions" / "ext",
        jupyter / "labextensions" / "@scope" / "ext",
        jupyter / "nbextensions" / "ext",
    ]
    for place in (folder / "public", folder / "assets", *extensions):
        place.mkdir(parents=True)
        (place / "in.txt").write_text("in")
        (place / "link.txt").symlink_to(folder / "secret.txt")
        (place / "in.txt.gz").symlink_to(folder / "secret.txt")
        (place / "folder").symlink_to(folder)
        (place / "loop").symlink_to(place / "loop")
        os.mkfifo(place / "pipe")
    for place in extensions[:2]:
        package = {"name": place.name, "jupyterlab": {"_build": {"load": "in.txt"}}}
        (place / "package.json").write_text(json.dumps(package))
    (extensions[2] / "extension.js").write_text("")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JUPYTER_PATH", str(jupyter))
        with make_server(folder, APP) as server:
            yield server


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("up", UPS)
def test_no_way_up(server: Server, route: str, up: str) -> None:
    for count in range(1, ROUTES[route] + 2):
        refused(server, f"{route}{up * count}secret.txt")
    refused(server, f"{route}{up * 20}etc/passwd")
    refused(server, f"{route}{up * 20}etc%2fpasswd")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ABSOLUTE)
def test_no_other_place(server: Server, folder: Path, route: str, name: str) -> None:
    refused(server, route + name.format(folder / "secret.txt"))


def test_the_files_themselves_are_there(server: Server) -> None:
    # Or else all of the above would hold for nothing.
    for route in ROUTES:
        if not route.startswith("/_sundog/static"):
            head = f"GET {route}in.txt HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br"
            status, headers, body = request(server.port, head)
            assert (status, body) == (200, b"in"), route
            assert "content-encoding" not in headers


@pytest.mark.parametrize("digest", ["..", "%2e%2e", "%2e%2e%2f%2e%2e", "latest%00", "x" * 5000])
def test_the_hash_leads_nowhere(server: Server, digest: str) -> None:
    for kind in ("labextensions", "nbextensions"):
        refused(server, f"/_sundog/{kind}/{digest}/../secret.txt")
        refused(server, f"/_sundog/{kind}/{digest}/ext/../../../secret.txt")


def refused(server: Server, path: str) -> None:
    status, _, body = request(server.port, f"GET {path} HTTP/1.1\r\nHost: localhost")
    assert SECRET not in body
    assert b"root:" not in body
    assert status in (400, 404), path
