"""Apps of several pages: loading them, and what a kernel shows of them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from sundog.app.running.runner import Runner
from sundog.errors import AppError, AppExecutionError, AppResultError
from sundog.hooks.widgets.output_widget import area_of
from sundog.protocol.address import Address
from tests.apps import VIEW, Apps
from tests.kernels import FakePage, run_in, settle
from tests.unit.app.client import SiteClient

SLIDER = "import ipywidgets as widgets\nslider = widgets.IntSlider()\nslider\n"
DETAIL = """
import ipywidgets as widgets
runs = []
def Page(number: int):
    runs.append(number)
    return widgets.Label(f"detail {number}")
"""


def test_pages_live_on_while_the_user_is_elsewhere(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_b.py")
    site = opened()
    client = SiteClient(apps, site)
    (first,) = client.shown
    first.value = 7
    client.go("/b")
    (second,) = client.shown
    second.value = 3
    assert second is not first
    client.go("/")
    assert client.shown == [first]
    assert client.values == [7]
    other = SiteClient(apps, site, "/b")
    assert other.values == [0]
    assert client.namespace("1_a.py")["slider"] is first


def test_a_hidden_page_goes_on_showing_what_it_displays(apps: Apps, opened: Any) -> None:
    apps.script(
        """
        import asyncio
        from IPython.display import display
        import ipywidgets as widgets
        label = widgets.Label("first")
        label
        """,
        "1_a.py",
    )
    apps.notebook(
        "import ipywidgets as w\nh = display('old', display_id='x')\nw.Label('note')",
        name="2_n.ipynb",
    )
    client = SiteClient(apps, opened(), "/n")
    assert client.values == ["'old'", "note"]
    handle = client.namespace("2_n.ipynb")["h"]
    client.go("/")
    run_in(client.kernel, lambda: handle.update("new"))
    assert client.values == ["first"]
    client.go("/n")
    assert client.values == ["'new'", "note"]


def test_titles(apps: Apps, opened: Any) -> None:
    apps.script("---\ntitle: Hello there\n---\ntext", "1_hello.md")
    apps.script("title = 'Numbers'\n" + SLIDER, "2_two.py")
    apps.script(SLIDER, "3_plain_name.py")
    apps.notebook(SLIDER, name="5_n.ipynb")
    site = opened()
    assert [link.title for link in site.page_info(None).links] == [
        "Hello there",
        "Numbers",
        "Plain name",
        "N",
    ]
    assert site.page_info(Address("/two")).title == "Numbers"
    client = SiteClient(apps, site)
    client.go("/two")
    run_in(client.kernel, lambda: client.kernel.location.set_title("5 numbers"))
    client.go("/plain-name")
    client.go("/two")
    titles = [message[1] for message in client.told("title")]
    assert titles == ["Hello there", "Numbers", "5 numbers", "Plain name", "5 numbers"]


def test_the_menu_says_what_is_open(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_more/1_x.py")
    apps.script(SLIDER, "2_more/2_y.py")
    apps.script(DETAIL, "3_detail.py")
    site = opened()
    links = site.page_info(Address("/more/y")).links
    assert [(link.title, link.href, link.is_current) for link in links] == [
        ("A", "/", False),
        ("More", "/more", True),
    ]
    assert [(link.href, link.is_current) for link in links[1].below] == [
        ("/more", False),
        ("/more/y", True),
    ]
    apps.script("menu = False", "__init__.py")
    assert opened().page_info(Address()).links == ()


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("/", True),
        ("/b", True),
        ("/b/", True),
        ("/b/c", False),
        ("/detail", False),
        ("/detail/7", True),
        ("/detail/seven", False),
        ("/detail/7/8", False),
        ("/..", False),
        ("/detail/..", False),
        ("/%2e%2e/b", False),
        ("/b%00", False),
        ("/1_a", False),
        ("/b.py", False),
    ],
)
def test_what_is_there(apps: Apps, opened: Any, place: str, there: bool) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_b.py")
    apps.script(DETAIL, "detail.py")
    assert opened().has_page(Address(place)) is there


def test_a_page_is_made_from_its_arguments(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(DETAIL, "detail.py")
    client = SiteClient(apps, opened(), "/detail/1")
    assert client.values == ["detail 1"]
    client.go("/detail/2")
    assert client.values == ["detail 2"]
    client.go("/detail/1")
    assert client.values == ["detail 1"]
    assert client.namespace("detail.py")["runs"] == [1, 2]


def test_pages_made_from_arguments_do_not_pile_up(
    apps: Apps, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sundog.app.site.view.MAX_KEPT", 3)
    apps.script(DETAIL, "app.py")
    client = SiteClient(apps, opened(str(apps.folder / "app.py")), "/0")
    for number in range(1, 20):
        client.go(f"/{number}")
    labels = [w for w in client.kernel.widgets.values() if type(w).__name__ == "Label"]
    assert client.values == ["detail 19"]
    # The script's own run is not one of them.
    assert len(labels) <= 4


def test_a_function_without_arguments_is_a_page_too(apps: Apps, opened: Any) -> None:
    script = apps.script("import ipywidgets as w\ndef Page():\n    return w.Label('made')\n")
    program = opened(script)
    assert isinstance(program, Runner)
    assert SiteClient(apps, program).values == ["made"]
    assert not program.has_page(Address("/x"))


def test_an_async_page(apps: Apps, opened: Any) -> None:
    apps.script(
        """
        import asyncio
        import ipywidgets as widgets
        async def Page(name="nobody"):
            await asyncio.sleep(0)
            return widgets.Label(name)
        """
    )
    client = SiteClient(apps, opened(str(apps.folder / "app.py")), "/Ada%20L")
    client.page.wait_until(lambda: ["ready"] in client.page.messages)
    assert client.values == ["Ada L"]


def test_layouts_wrap_from_outside_in(apps: Apps, opened: Any) -> None:
    apps.script(
        """
        import ipywidgets as widgets
        from ipywidgets import Layout as Style
        head = widgets.Label("outer")
        def Layout(page):
            return widgets.VBox([head, page])
        """,
        "__init__.py",
    )
    apps.script(SLIDER, "1_a.py")
    apps.script("import ipywidgets as w\nLayout = w.HBox([w.Label('inner')])", "2_in/__init__.py")
    apps.script(SLIDER, "2_in/x.py")
    client = SiteClient(apps, opened(), "/in")
    (outer,) = client.shown
    inner_slot = outer.children[1]
    (item,) = area_of(inner_slot).items  # type: ignore[union-attr]
    inner = client.kernel.widgets[item["data"][VIEW]["model_id"]]
    assert [type(child).__name__ for child in inner.children] == ["Label", "Output"]
    client.go("/")
    assert client.shown == [outer]
    (item,) = area_of(inner_slot).items  # type: ignore[union-attr]
    assert type(client.kernel.widgets[item["data"][VIEW]["model_id"]]).__name__ == "IntSlider"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("1/0", "ZeroDivisionError"),
        ("def Layout(page):\n    1/0", "ZeroDivisionError"),
        ("def Layout(page):\n    return 5", r"returns a int.*VBox\(\[header, page\]\)"),
    ],
)
def test_a_layout_that_fails_ends_the_start(
    apps: Apps, opened: Any, source: str, told: str
) -> None:
    apps.script(source, "__init__.py")
    apps.script(SLIDER, "1_a.py")
    with pytest.raises(AppError, match=told):
        opened()


def test_a_broken_page_does_not_keep_others_from_being_served(
    apps: Apps, opened: Any, caplog: pytest.LogCaptureFixture
) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script("1/0", "broken.py")
    apps.script("def", "worse.py")
    apps.script("import ipywidgets\nPage = lambda: 5", "wrong.py")
    with caplog.at_level(logging.WARNING):
        site = opened()
    for name in ("/broken", "/worse", "/wrong"):
        assert f"The page {name} failed" in caplog.text
    client = SiteClient(apps, site, "/broken")
    assert client.values == ["Broken: This page failed and can't be shown."]
    assert "ZeroDivisionError" in client.told("error")[0][1]["title"]
    client.go("/worse")
    assert "SyntaxError" in client.told("error")[-1][1]["title"]
    client.go("/")
    assert client.values == [0]
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        opened(development=False)


def test_where_all_are_broken_there_is_nothing_to_serve(apps: Apps, opened: Any) -> None:
    apps.script("1/0", "a.py")
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        opened()


def test_modules_that_show_nothing_are_no_pages(
    apps: Apps, opened: Any, caplog: pytest.LogCaptureFixture
) -> None:
    apps.script("name = 'shared'\n", "a_helper.py")
    apps.script("import a_helper, ipywidgets\nipywidgets.Label(a_helper.name)\n", "b.py")
    with caplog.at_level(logging.WARNING):
        site = opened(development=False)
    assert "a_helper.py is not a page" in caplog.text
    assert not site.has_page(Address.parse("/b"))
    assert SiteClient(apps, site).values == ["shared"]
    (apps.folder / "b.py").unlink()
    with pytest.raises(AppResultError, match="None of the files"):
        opened()


@pytest.mark.parametrize("development", [True, False])
def test_a_page_that_is_not_there(apps: Apps, opened: Any, development: bool) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_b & c.py")
    client = SiteClient(apps, opened(development=development))
    client.go("/x/y")
    markup = client.kernel.page_area.items[0]["data"]["text/html"]
    assert "Page not found" in markup
    assert ('<a href="../b-%26-c">B &amp; c</a>' in markup) is development
    client.go("/")
    assert client.values == [0]


def test_a_page_has_one_address(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_b.py")
    client = SiteClient(apps, opened(), "/b/?x=1#y")
    settle(client.kernel)
    assert client.told("location") == [["location", "/b?x=1#y", "replace"]]


def test_the_app_goes_to_a_page_itself(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script("import ipywidgets as w\nw.Label('b')", "2_b.py")
    client = SiteClient(apps, opened())
    client.call("/b")
    assert client.values == ["b"]
    assert client.told("location") == [["location", "/b", "push"]]


def test_a_page_that_comes_later_sees_what_is_open(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script("import ipywidgets as w\nw.Label('b')", "2_b.py")
    client = SiteClient(apps, opened())
    client.go("/b")
    late = FakePage(client.kernel, "late")
    assert not late.connect(seen=10_000)
    client.kernel.pages.synchronise(late.page)
    late.wait_until(lambda: ["location", "/b", "replace"] in late.messages)
    outputs = [message for message in late.messages if message[0] == "output"]
    assert len(outputs) == 1
    assert VIEW in json.dumps(outputs)


def test_the_end_lets_go_of_all_pages(apps: Apps, opened: Any) -> None:
    apps.script(SLIDER, "1_a.py")
    apps.script(SLIDER, "2_b.py")
    client = SiteClient(apps, opened())
    client.go("/b")
    namespaces = [client.namespace(name) for name in ("1_a.py", "2_b.py")]
    assert all(namespaces)
    from tests.kernels import close

    close(client.kernel)
    assert not any(namespaces)


def test_the_example_is_sound(apps: Apps, opened: Any, caplog: pytest.LogCaptureFixture) -> None:
    folder = Path(__file__).parents[4] / "examples" / "pages"
    site = opened(str(folder), development=False)
    assert not caplog.text
    places = ["/", "/compare", "/reference", "/reference/method", "/growth", "/bed", "/bed/2"]
    client = SiteClient(apps, site)
    for place in places:
        assert site.has_page(Address(place))
        client.go(place)
        (layout,) = client.shown
        assert area_of(layout.children[0]).items  # type: ignore[union-attr]
    assert not client.told("error")
