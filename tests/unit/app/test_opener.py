"""Packages, folders and single files as what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sundog.app.site.site import Site
from sundog.protocol.address import Address
from tests.apps import Apps
from tests.unit.app.client import SiteClient

SLIDER = "import ipywidgets as widgets\nslider = widgets.IntSlider()\nslider\n"


@pytest.fixture
def package(apps: Apps, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(apps.folder)
    apps.script("", "a_package/__init__.py")
    apps.script("word = 'relative'", "a_package/_words.py")
    apps.script(
        "import ipywidgets\nfrom ._words import word\nipywidgets.Label(word + __name__)",
        "a_package/1_first.py",
    )
    apps.script("# A text", "a_package/text.md")
    return "a_package"


def test_the_modules_of_a_package_are_pages(apps: Apps, opened: Any, package: str) -> None:
    site = opened(package)
    assert isinstance(site, Site)
    client = SiteClient(apps, site)
    assert client.values == ["relativea_package.1_first"]
    assert [link.title for link in site.page_info(None).links] == ["First", "A text"]


def test_the_init_of_a_package_may_be_the_first_page(apps: Apps, opened: Any, package: str) -> None:
    apps.script("import ipywidgets\npage = ipywidgets.Label('init')", "a_package/__init__.py")
    site = opened(package)
    assert SiteClient(apps, site).values == ["init"]
    assert site.has_page(Address("/first"))


def test_a_package_given_as_a_path_is_a_folder(apps: Apps, opened: Any, package: str) -> None:
    (apps.folder / package / "1_first.py").unlink()
    assert opened(f"./{package}").has_page(Address("/"))


def test_a_folder_may_be_called_like_a_module(apps: Apps, opened: Any, package: str) -> None:
    apps.script("", "json/__init__.py")
    apps.script(SLIDER, "json/a.py")
    assert SiteClient(apps, opened("json")).values == [0]


def test_a_text_alone_is_an_app(apps: Apps, opened: Any, tmp_path: Path) -> None:
    program = opened(apps.script("# Hello\n", "hello.md"))
    assert program.name == "Hello"
    assert SiteClient(apps, program).values == ["# Hello\n"]
