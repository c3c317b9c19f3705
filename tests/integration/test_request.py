"""What an app learns of the page that it runs for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.server import Server
from sundog.web.access.sessions import COOKIE
from tests.servers import Browser, make_server

APP = """
import asyncio, dataclasses, threading
import ipywidgets as widgets
import sundog

def facts():
    request = sundog.get_request()
    return (
        request.user, request.client, request.query.get("name"), request.cookies.get("flavour"),
        request.headers.get("accept-language"), request.scheme, sundog.get_session_id(),
    )

found = [facts()]
thread = threading.Thread(target=lambda: found.append(facts()))
thread.start()
thread.join()
label = widgets.Label()

async def later():
    await asyncio.sleep(0)
    found.append(facts())
    found.append(await asyncio.to_thread(facts))
    label.value = f"{len(set(found))} kind: {found[0]} {everything}"

request = sundog.get_request()
everything = repr((dict(request.cookies), dict(request.headers), dict(request.query)))
asyncio.get_event_loop().create_task(later())
label
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("project")
    with make_server(folder, APP, user_header="X-Forwarded-User") as server:
        yield server


def test_everywhere_in_the_kernel_the_same(server: Server) -> None:
    with Browser(server) as browser:
        page = browser.open()
        with browser.connect(
            page,
            page.socket_path(query="&at=%2F%3Fname%3DAda%2520L"),
            Cookie=f"{browser.cookie}; flavour=oat",
            Accept_Language="de",
            X_Forwarded_User="ada",
            X_Forwarded_For="203.0.113.5",
        ) as connection:
            shown = connection.until("1 kind")
    secret = browser.cookie.partition("=")[2]
    session = secret.partition(".")[0]
    assert f"('ada', '203.0.113.5', 'Ada L', 'oat', 'de', 'http', '{session}')" in shown
    assert COOKIE not in shown
    assert secret not in shown


def test_what_nobody_said(server: Server) -> None:
    with Browser(server) as browser, browser.connect(browser.open()) as connection:
        shown = connection.until("1 kind")
    assert "(None, '127.0.0.1', None, None, None, 'http', '" in shown


def test_outside_of_kernels(server: Server) -> None:
    import sundog
    from sundog.errors import NoKernelError

    with pytest.raises(NoKernelError):
        sundog.get_request()
