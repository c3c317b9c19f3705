"""The links of IPython's `FileLink` and `FileLinks`, from the page to the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.server import Server
from tests.servers import Browser, make_server

APP = """
from pathlib import Path
from IPython.display import FileLink, FileLinks, display

here = Path(__file__).parent
display(FileLink(here / "a report.html"))
display(FileLinks(str(here / "data")))
display(FileLink(here.parent / "secret.txt"))
display(FileLink(here / "none.txt"))
"""
LINK = re.compile(r"<a href='([^']*)'")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = make_server(tmp_path, APP, root_path="/apps")
    app = tmp_path / "app"
    (app / "data").mkdir()
    (app / "a report.html").write_text("<script>alert(1)</script>report")
    (app / "data" / "one.csv").write_text("1")
    (app / "data" / "two.csv").write_text("2")
    (tmp_path / "secret.txt").write_text("secret")
    with server:
        yield server


def test_they_lead_to_the_files_in_the_browser_that_got_them(server: Server) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    with Browser(server) as browser, Browser(server) as stranger:
        page = browser.open()
        connection = browser.connect(page)
        text = connection.until('["ready"]').encode().decode("unicode_escape")
        report, one, two, secret = LINK.findall(text)
        assert report.startswith(f"/apps/_sundog/kernel/{page.kernel}/file/")
        assert report.endswith("/a%20report.html")
        answer = browser.http.get(origin + report)
        assert answer.text == "<script>alert(1)</script>report"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        # What it holds can do nothing for the user of the app.
        assert "sandbox" in answer.headers["content-security-policy"]
        assert {browser.http.get(origin + each).text for each in (one, two)} == {"1", "2"}
        # Outside of the app's folder nothing is offered; the link is as IPython wrote it.
        assert "_sundog" not in secret
        stranger.open()
        assert stranger.http.get(origin + report).status_code == 404
        assert browser.http.get(origin + report.replace("/file/", "/file/x")).status_code == 404
        connection.__exit__(None, None, None)
        browser.http.post(page.close_path.removeprefix("/apps"), headers={"Origin": origin})
        assert browser.http.get(origin + report).status_code == 404
