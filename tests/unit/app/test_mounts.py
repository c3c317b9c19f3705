"""Several apps on one server."""

from __future__ import annotations

from typing import Any

import pytest

from sundog.errors import AppError
from sundog.protocol.address import Address
from tests.apps import Apps
from tests.unit.app.client import SiteClient

SLIDER = "import ipywidgets as widgets\nslider = widgets.IntSlider()\nslider\n"


@pytest.fixture
def apps_side_by_side(apps: Apps, opened: Any) -> Any:
    apps.script(SLIDER, "one.py")
    apps.script(SLIDER, "two/1_a.py")
    apps.script("import ipywidgets as w\nw.Label('b')", "two/2_b.py")
    apps.script("# Text", "text.md")
    names = (f"{apps.folder}/one.py", f"{apps.folder}/two", f"words={apps.folder}/text.md")
    return opened("\n".join(names))


def test_each_is_at_its_name(apps: Apps, apps_side_by_side: Any) -> None:
    program = apps_side_by_side
    there = ("/", "/one", "/one/", "/two/", "/two/b", "/words")
    assert all(program.has_page(Address(place)) for place in there)
    nowhere = ("/b", "/one/b", "/text", "/two/c", "/on")
    assert not any(program.has_page(Address(place)) for place in nowhere)
    assert [link.href for link in program.page_info(Address("/two/b")).links] == [
        "/two/",
        "/two/b",
    ]
    assert program.page_info(Address("/words/")).title == "Text"
    assert SiteClient(apps, program, "/words/").values == ["# Text"]
    (listed,) = SiteClient(apps, program).kernel.page_area.items
    assert '<a href="./two/">' in listed["data"]["text/html"]


def test_an_app_does_not_see_where_it_is(apps: Apps, apps_side_by_side: Any) -> None:
    client = SiteClient(apps, apps_side_by_side, "/two")
    location = client.kernel.location
    assert (client.values, location.path) == ([0], "/")
    client.go("/two/b")
    assert (client.values, location.path) == (["b"], "/b")
    client.call("/")
    assert client.values == [0]
    client.go("/one")
    assert client.told("location") == [
        ["location", "/two/", "replace"],
        ["location", "/two/b", "replace"],
        ["location", "/two/", "push"],
        # Another app is another kernel's.
        ["location", "/one", "load"],
    ]


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (("{}/one.py", "one={}/two"), r"would both be at /one.*other="),
        (("static={}/one.py", "x={}/one.py"), "can't be at /static"),
        (("{}/one.py", "1"), r"Cannot find '1' in .*\n?.*of an app after --"),
        (("{}/one.py", "{}/nowhere.py"), r"Cannot find .*nowhere\.py"),
    ],
)
def test_clashes_and_what_is_not_there(
    apps: Apps, opened: Any, specs: tuple[str, ...], told: str
) -> None:
    apps.script(SLIDER, "one.py")
    apps.script(SLIDER, "two/a.py")
    with pytest.raises(AppError, match=told):
        opened("\n".join(spec.format(apps.folder) for spec in specs))
