"""What a site's addresses answer over HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sundog.config import Mode, Settings
from sundog.server import Server, starter

PAGE = "import ipywidgets as widgets\nwidgets.Label('x')\n"
DETAIL = "import ipywidgets as widgets\ndef Page(n: int):\n    return widgets.Label(str(n))\n"


@pytest.fixture(scope="module", params=[Mode.DEVELOPMENT, Mode.PRODUCTION])
def server(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("project")
    site = folder / "site"
    site.mkdir()
    (folder / "secret.py").write_text("secret")
    for name, text in {"1_home.py": PAGE, "2_a & b.py": PAGE, "detail.py": DETAIL}.items():
        (site / name).write_text(text)
    settings = Settings(
        state_directory=folder / "state",
        host="127.0.0.1",
        port=0,
        mode=request.param,
        root_path="/pre",
    )
    start = starter(str(site), (), development=settings.development)
    with Server(settings, start) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pre", 200),
        ("/pre/", 200),
        ("/", 200),
        ("/a-%26-b", 200),
        ("/pre/a-&-b/", 200),
        ("/pre/detail/5", 200),
        ("/pre/detail", 404),
        ("/pre/detail/five", 404),
        ("/pre/detail/5%2F6", 404),
        ("/pre/home", 404),
        ("/pre//", 404),
        ("/pre/1_home.py", 404),
        ("/pre/../secret.py", 404),
        ("/pre/..%2fsecret.py", 404),
        ("/pre/%2e%2e/secret.py", 404),
        ("/pre/..%5csecret.py", 404),
        ("/pre/\\secret", 404),
        ("/pre/detail/5%00", 404),
        ("/pre/detail/5%0a", 404),
        ("/pre/%ff", 404),
        ("/pre/" + "x" * 5000, 404),
    ],
)
def test_addresses(server: Server, path: str, status: int) -> None:
    # Clients of a higher kind would put the path in order first.
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path)
    assert connection.getresponse().status == status
    connection.close()


def test_the_menu_stands_in_the_page(server: Server) -> None:
    text = httpx.get(server.url + "/a-&-b").text
    assert "<title>A &amp; b</title>" in text
    assert '<a href="/pre/a-%26-b" aria-current="page">A &amp; b</a>' in text
    assert '<a href="/pre/">Home</a>' in text
    assert "/detail" not in text


def test_what_is_not_there_names_what_is_in_development_only(server: Server) -> None:
    text = httpx.get(server.url + "/nope").text
    assert "Page not found" in text
    assert ('<a href="/pre/">Home</a>' in text) is server.settings.development
