"""The examples that are made of components, or of ipyvuetify's widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from sundog.starters import STARTERS
from tests.browser.servers import AppServer
from tests.browser.visits import Visits
from tests.environments import use
from tests.gallery.table import ROOT
from tests.solara.website import ENVIRONMENT

Serve = Callable[..., AppServer]


@pytest.fixture
def serve_example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serve an example by its name."""
    servers: list[AppServer] = []

    def serve(name: str, *arguments: str) -> AppServer:
        python, state = use.interpreter(ENVIRONMENT), tmp_path_factory.mktemp("state")
        app = ROOT / "examples" / name
        servers.append(AppServer(app, *arguments, python=python, state=state))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


def test_a_list_of_reacton(serve_example: Serve, visits: Visits) -> None:
    page = visits.open(serve_example("reacton_list.py").url)
    page.get_by_placeholder("What else?").fill("run it")
    page.get_by_placeholder("What else?").blur()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("3 to do")).to_be_visible()
    page.get_by_role("button", name="done").first.click()
    expect(page.get_by_text("2 to do")).to_be_visible()
    expect(page.get_by_text("read this file")).to_have_count(0)


def test_a_form_of_ipyvuetify(serve_example: Serve, visits: Visits) -> None:
    page = visits.open(serve_example("vuetify_order.py").url)
    expect(page.get_by_text("7.20 €")).to_be_visible()
    page.get_by_label("To go").click()
    expect(page.get_by_text("7.40 €")).to_be_visible()
    page.get_by_role("button", name="Order").click()
    expect(page.get_by_text("On its way.")).to_be_visible()


def test_a_shop_of_solara(serve_example: Serve, visits: Visits) -> None:
    server = serve_example("solara_shop.py")
    page = visits.open(server.url + "/fruit/kiwi")
    page.get_by_role("button", name="Into the basket").click()
    expect(page.get_by_text("1 in the basket")).to_be_visible()
    page.locator(".v-tab", has_text="basket").click()
    expect(page.get_by_text("0.60 € in all")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/fruit/kiwi")
    expect(page.get_by_text("1 in the basket")).to_be_visible()


def test_a_shop_beside_another_app_below_a_root_path(serve_example: Serve, visits: Visits) -> None:
    server = serve_example("solara_shop.py", "vuetify_order.py", "--root-path", "/pre")
    assert server.url.endswith("/pre")
    shop = server.url + "/solara-shop"
    page = visits.open(shop + "/fruit/kiwi")
    page.evaluate("window.notLoadedAnew = true")
    page.get_by_role("button", name="Into the basket").click()
    page.locator(".v-tab", has_text="basket").click()
    page.wait_for_url(shop + "/basket")
    expect(page.get_by_text("0.60 € in all")).to_be_visible()
    page.go_back()
    page.wait_for_url(shop + "/fruit/kiwi")
    expect(page.get_by_text("1 in the basket")).to_be_visible()
    assert page.evaluate("window.notLoadedAnew") is True
    page.reload()
    page.locator(".v-tab", has_text="basket").click()
    page.wait_for_url(shop + "/basket")
    page.goto(server.url + "/vuetify-order/")
    expect(page.get_by_text("7.20 €")).to_be_visible()


def test_the_starter_of_components(serve_example: Serve, visits: Visits) -> None:
    starter = STARTERS["components"]
    page = visits.open(serve_example(str(starter.folder / starter.run)).url)
    expect(page.get_by_text("74,326 after 20 years")).to_be_visible()
    page.get_by_role("slider").last.press("Home")
    expect(page.get_by_text("2,496 after 1 years")).to_be_visible()
