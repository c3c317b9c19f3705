"""A saved app of components goes on with what its hooks and reactive variables hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.solara.website import ENVIRONMENT

APP = """
import solara

total = solara.reactive(10)
untouched = solara.reactive("first")


@solara.component
def Counter():
    count, set_count = solara.use_state(0)
    solara.Button(f"count {count}", on_click=lambda: set_count(count + 1))


@solara.component
def Page():
    Counter()
    solara.Button(f"total {total.value}", on_click=lambda: total.set(total.value + 1))
    solara.Text(f"said {untouched.value}")
"""


Serve = Callable[..., AppServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    python = use.interpreter(ENVIRONMENT)
    servers: list[AppServer] = []

    def serve(app: Path, *others: str) -> AppServer:
        servers.append(AppServer(app, *others, python=python, state=tmp_path / "state"))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture
def server(tmp_path: Path, serve: Serve) -> AppServer:
    app = tmp_path / "app" / "app.py"
    app.parent.mkdir()
    app.write_text(APP)
    return serve(app)


def test_hooks_and_reactive_variables_keep_what_was_changed(
    server: AppServer, tmp_path: Path, visits: Visits
) -> None:
    page = visits.open(server.url)
    page.evaluate("window.marker = 1")
    for name in ("count 0", "count 1", "total 10"):
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name="total 11")).to_be_visible()
    new = APP.replace('"first"', '"second"').replace("count {", "counted {")
    (tmp_path / "app" / "app.py").write_text(new.replace("total {", "sum {"))
    expect(page.get_by_role("button", name="counted 2")).to_be_visible()
    expect(page.get_by_role("button", name="sum 11")).to_be_visible()
    # What nobody has changed is as the new code says.
    expect(page.get_by_text("said second")).to_be_visible()
    # The state belongs to the new code, not only its picture.
    page.get_by_role("button", name="counted 2").click()
    page.get_by_role("button", name="sum 11").click()
    expect(page.get_by_role("button", name="counted 3")).to_be_visible()
    expect(page.get_by_role("button", name="sum 12")).to_be_visible()
    assert page.evaluate("window.marker") == 1


def check_what_stays(server: AppServer, app: Path, visits: Visits, path: str = "/") -> None:
    """Change the state of an app, save it, and look at what it has kept."""
    page = visits.open(server.url.rstrip("/") + path)
    for name in ("count 0", "total 10"):
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name="total 11")).to_be_visible()
    app.write_text(app.read_text().replace("total {", "sum {"))
    expect(page.get_by_role("button", name="sum 11")).to_be_visible()
    expect(page.get_by_role("button", name="count 1")).to_be_visible()


def test_one_of_several_apps_keeps_its_state(tmp_path: Path, serve: Serve, visits: Visits) -> None:
    folder = tmp_path / "apps"
    folder.mkdir()
    for name in ("one.py", "two.py"):
        (folder / name).write_text(APP)
    server = serve(folder / "one.py", "two.py")
    check_what_stays(server, folder / "two.py", visits, "/two/")


def test_a_folder_of_components_keeps_its_state(
    tmp_path: Path, serve: Serve, visits: Visits
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "1_first.py").write_text(APP)
    (folder / "2_second.py").write_text("import solara\n\nPage = solara.Button")
    check_what_stays(serve(folder), folder / "1_first.py", visits)


def test_hooks_that_no_longer_fit_start_again(
    server: AppServer, tmp_path: Path, visits: Visits
) -> None:
    page = visits.open(server.url)
    page.get_by_role("button", name="count 0").click()
    page.get_by_role("button", name="total 10").click()
    expect(page.get_by_role("button", name="count 1")).to_be_visible()
    # What was a number is a list now, so the first render with the former value fails.
    new = APP.replace("use_state(0)", "use_state([])").replace("count {count}", "size {len(count)}")
    (tmp_path / "app" / "app.py").write_text(new)
    expect(page.get_by_role("button", name="size 0")).to_be_visible()
    expect(page.get_by_role("region", name="Why the app cannot run")).to_be_hidden()
