"""Which front end a page loads, and how it is served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sundog.config import Mode
from tests.servers import make_server

APP = "import ipywidgets\nipywidgets.Label('hello')"
ENTRY = re.compile(r'<script type="module"[^>]* src="([^"]+)"')
PRELOAD = re.compile(r'<link rel="modulepreload" href="([^"]+)"')


@pytest.fixture(scope="module", params=list(Mode))
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Mode, httpx.Client, str]]:
    mode: Mode = request.param
    folder: Path = tmp_path_factory.mktemp("front-end")
    with (
        make_server(folder, APP, mode=mode) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield mode, client, client.get("/").text


def addresses(html: str) -> list[str]:
    return [*ENTRY.findall(html), *PRELOAD.findall(html)]


def test_what_a_page_names_is_there_for_good(served: tuple[Mode, httpx.Client, str]) -> None:
    mode, client, html = served
    names = addresses(html)
    assert len(names) > 3
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert ("/static/debug/" in name) is (mode is Mode.DEVELOPMENT)


def test_development_has_readable_code_with_its_sources(
    served: tuple[Mode, httpx.Client, str],
) -> None:
    mode, client, html = served
    [entry] = ENTRY.findall(html)
    code = client.get(entry).text
    named = re.search(r"//# sourceMappingURL=(\S+)\s*$", code)
    if mode is Mode.PRODUCTION:
        assert named is None
        assert max(map(len, code.splitlines())) > 2000
        # Nothing that only a developer would need.
        assert "inspector" not in code
        assert client.get(f"{entry}.map").status_code == 404
        for path in (
            "debug/.vite/manifest.json",
            "x/../debug/.vite/manifest.json",
            "%64ebug/.vite/manifest.json",
        ):
            assert client.get(f"/_sundog/static/{path}").status_code == 404
        return
    assert named is not None
    assert max(map(len, code.splitlines())) < 2000
    source_map = json.loads(client.get(entry.rpartition("/")[0] + "/" + named[1]).text)
    at = source_map["sources"].index("frontend/src/main.ts")
    assert "/** Starts the page: makes its parts" in source_map["sourcesContent"][at]
    assert source_map["version"] == 3
    assert source_map["mappings"]
    # Where it was built is nobody's business.
    assert not [name for name in source_map["sources"] if name.startswith(("/", "file:"))]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_production_was_compressed_when_it_was_built(
    served: tuple[Mode, httpx.Client, str], coding: str
) -> None:
    mode, client, html = served
    if mode is Mode.DEVELOPMENT:
        pytest.skip("it is compressed when it is asked for")
    import sundog

    [entry] = ENTRY.findall(html)
    suffix = {"br": ".br", "gzip": ".gz"}[coding]
    file = Path(sundog.__file__).parent / "static" / (entry.partition("/static/")[2] + suffix)
    with client.stream("GET", entry, headers={"Accept-Encoding": coding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert sent == file.read_bytes()
