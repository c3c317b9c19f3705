"""The proxies of docs/deploying.md, as they stand there, in front of two servers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.commands import Commands, url_of, wait_for
from tests.ports import free_port
from tests.servers import Browser, Page

DEPLOYING = Path(__file__).parents[2] / "docs" / "deploying.md"
ROOT = "/apps/weather"
SECRET = "a secret that both servers know, of more than 32 characters"
APP = """
import os
import ipywidgets as widgets
import sundog

widgets.Label(f"port {os.environ['TEST_PORT']} for {sundog.get_request().client} over"
    f" {sundog.get_request().scheme}.")
"""
SAID = re.compile(r"port (\d+) for (\S+) over (\w+)\.")
MAIN = """
events {{}}
pid {folder}/pid;
error_log stderr warn;
http {{
access_log off;
{temp}
{block}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def documented(language: str, **replaced: str) -> str:
    """Return the configuration that the documentation shows, with the test's addresses."""
    match = re.search(rf"```{language}\n(.*?)```", DEPLOYING.read_text(), re.DOTALL)
    assert match is not None
    text = match[1]
    for before, after in replaced.items():
        assert before in text
        text = text.replace(before, after)
    return text


def program(name: str) -> str:
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is missing")
        pytest.skip(f"{name} is missing: install Debian's package `{name}`")
    return path


class Site:
    """Two servers and the proxy in front of them."""

    def __init__(self, port: int, servers: dict[int, subprocess.Popen[str]]) -> None:
        self.port = port
        self.servers = servers
        self.url = f"http://127.0.0.1:{port}{ROOT}"

    def browser(self, **headers: str) -> Browser:
        server: Any = SimpleNamespace(port=self.port, url=self.url)
        return Browser(server, **headers)


class Visit:
    """A page and what its app says: the server that it is on, and who asks."""

    def __init__(self, browser: Browser, **headers: str) -> None:
        self.browser = browser
        self.page: Page = browser.open()
        with browser.connect(self.page, **headers) as connection:
            match = SAID.search(connection.until('["ready"]'))
            self.seen = connection.seen
        assert match is not None
        self.port, self.client, self.scheme = int(match[1]), match[2], match[3]

    def comes_back(self) -> str | int | None:
        """Connect again; return how the page goes on, or the code with which it is closed."""
        path = self.page.socket_path(seen=self.seen)
        with self.browser.connect(self.page, path) as connection:
            opcode, payload = connection.read_frame()
            if opcode == 8:
                return int.from_bytes(payload[:2], "big")
            match = re.search(rb'"mode":"(\w+)"', payload)
            return match and match[1].decode()


@pytest.fixture(scope="module", params=["nginx", "haproxy"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    make_proxy: Callable[[Path, int, list[int]], list[str]] = {
        "nginx": nginx,
        "haproxy": haproxy,
    }[request.param]
    folder = tmp_path_factory.mktemp("site")
    (folder / "app.py").write_text(APP)
    commands = Commands(folder)
    servers = {}
    with contextlib.ExitStack() as stack:
        stack.callback(commands.close)
        for port in (free_port(), free_port()):
            servers[port] = commands(
                *("run", "app.py", "--production", "--port", str(port), "--root-path", ROOT),
                *("--no-open", "--host", "127.0.0.1"),
                SOLARA_SESSION_SECRET_KEY=SECRET,
                TEST_PORT=str(port),
            )
        for process in servers.values():
            url_of(process)
        port = free_port()
        proxy = subprocess.Popen(make_proxy(folder, port, list(servers)))
        stack.callback(proxy.wait, 10)
        stack.callback(proxy.terminate)
        wait_for(f"http://127.0.0.1:{port}")
        yield Site(port, servers)


def nginx(folder: Path, port: int, servers: list[int]) -> list[str]:
    block = documented(
        "nginx",
        **{
            "listen 80;": f"listen 127.0.0.1:{port};",
            "127.0.0.1:8001": f"127.0.0.1:{servers[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{servers[1]}",
        },
    )
    temp = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    path = folder / "nginx.conf"
    path.write_text(MAIN.format(folder=folder, temp=temp, block=block))
    return [program("nginx"), "-c", str(path), "-p", str(folder), "-g", "daemon off;"]


def haproxy(folder: Path, port: int, servers: list[int]) -> list[str]:
    path = folder / "haproxy.cfg"
    path.write_text(
        documented(
            "haproxy",
            **{
                "bind :80": f"bind 127.0.0.1:{port}",
                "127.0.0.1:8001": f"127.0.0.1:{servers[0]}",
                "127.0.0.1:8002": f"127.0.0.1:{servers[1]}",
            },
        )
    )
    return [program("haproxy"), "-db", "-f", str(path)]


def test_pages_come_back_to_their_own_server(site: Site) -> None:
    visits = [Visit(site.browser()) for _ in range(20)]
    assert {visit.port for visit in visits} == set(site.servers)
    assert {visit.comes_back() for _ in range(3) for visit in visits} == {"resume"}


def test_the_page_and_its_files_are_below_the_prefix(site: Site) -> None:
    with site.browser() as browser:
        answer = browser.http.get("/")
        assert f"Path={ROOT}" in answer.headers["set-cookie"]
        assert f'"root":"{ROOT}"' in answer.text
        assert browser.http.get("/_sundog/extensions.json").status_code == 200
    answer = httpx.get(f"http://127.0.0.1:{site.port}{ROOT}")
    assert (answer.status_code, answer.headers["location"]) == (301, answer.headers["location"])
    assert answer.headers["location"].endswith(f"{ROOT}/")


def test_a_browser_keeps_its_session_on_both_servers(site: Site) -> None:
    with site.browser() as browser:
        browser.open()
        cookie = browser.cookie
        for _ in range(10):
            assert Visit(browser).comes_back() == "resume"
        assert browser.cookie == cookie


def test_the_beacon_reaches_the_kernel(site: Site) -> None:
    for visit in [Visit(site.browser()) for _ in range(6)]:
        browser = visit.browser
        answer = browser.http.post(
            visit.page.close_path.removeprefix(ROOT), headers={"Origin": browser.origin}
        )
        assert answer.status_code == 204
        assert visit.comes_back() == 4001


def test_a_client_can_not_say_who_it_is(site: Site) -> None:
    lies = {
        "X_Forwarded_For": "203.0.113.9",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Prefix": "/elsewhere",
        "Forwarded": "for=203.0.113.9;proto=https",
    }
    names = {name.replace("_", "-"): value for name, value in lies.items()}
    visit = Visit(site.browser(**names), **lies)
    assert (visit.client, visit.scheme) == ("127.0.0.1", "http")
    assert visit.page.root == ROOT


def test_another_sites_page_is_refused(site: Site) -> None:
    with site.browser() as browser:
        page = browser.open()
        with browser.connect(page, Origin="http://127.0.0.1:1") as connection:
            assert connection.status == 403


def test_when_a_server_ends_the_other_goes_on(site: Site) -> None:
    """The last test of this file: one server less."""
    visits = [Visit(site.browser()) for _ in range(12)]
    gone, left = site.servers
    site.servers[gone].send_signal(signal.SIGTERM)
    site.servers[gone].wait(15)
    for visit in visits:
        # Kernels of the one that has gone have ended; the others' pages notice nothing.
        assert visit.comes_back() == (4001 if visit.port == gone else "resume")
        assert Visit(visit.browser).port == left
