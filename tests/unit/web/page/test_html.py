"""The page: what stands in it, safely."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sundog.web.page.bundle import MANIFEST, Bundle
from sundog.web.page.html import (
    PageConfig,
    inline_script_hashes,
    render_page,
    script_json,
)
from tests.unit.web.page.test_bundle import BUILT

CONFIG = PageConfig(
    kernel="abc.def",
    page="p1",
    root="/apps/one",
    mode="production",
    title="A title",
    extensions="/apps/one/_sundog/extensions.json?1",
    nonce="n0nce",
)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    manifest = tmp_path / MANIFEST
    manifest.parent.mkdir()
    manifest.write_text(json.dumps(BUILT))
    return Bundle(tmp_path)


class Parsed(HTMLParser):
    """The elements of a page in their order, with their attributes and text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.elements:
            tag, attributes, text = self.elements[-1]
            self.elements[-1] = (tag, attributes, text + data)

    def named(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.elements if name == tag]

    def by_id(self, name: str) -> tuple[str, dict[str, str | None], str]:
        return next(element for element in self.elements if element[1].get("id") == name)


def test_the_page_holds_its_configuration_and_its_files(bundle: Bundle) -> None:
    page = Parsed(render_page(CONFIG, bundle))
    assert json.loads(page.by_id("sundog-config")[2]) == {
        "kernel": "abc.def",
        "page": "p1",
        "root": "/apps/one",
        "mode": "production",
        "theme": "auto",
        "expired": "ask",
        "solara": False,
        "extensions": "/apps/one/_sundog/extensions.json?1",
    }
    jupyter = json.loads(page.by_id("jupyter-config-data")[2])
    assert jupyter["baseUrl"] == "/apps/one/"
    assert jupyter["fullLabextensionsUrl"].startswith("/apps/one/_sundog/labextensions/")
    links = [(link["rel"], link["href"]) for link, _ in page.named("link")]
    assert ("stylesheet", "/apps/one/_sundog/static/assets/main-1.css") in links
    assert ("modulepreload", "/apps/one/_sundog/static/assets/shared-1.js") in links
    scripts = [script for script, _ in page.named("script")]
    assert scripts[-1] == {
        "type": "module",
        "nonce": "n0nce",
        "src": "/apps/one/_sundog/static/assets/main-1.js",
    }
    assert page.by_id("sundog-status")[1]["role"] == "status"
    assert page.by_id("sundog-root")[1]["aria-busy"] == "true"
    assert page.named("body")[0][0]["data-base-url"] == "/apps/one/"


def test_the_connection_is_opened_before_anything_is_fetched(bundle: Bundle) -> None:
    page = Parsed(render_page(CONFIG, bundle))
    tags = [tag for tag, _, _ in page.elements]
    inline = next(
        index for index, (_, _, text) in enumerate(page.elements) if "new WebSocket" in text
    )
    assert tags.index("style") > inline
    assert tags.index("link") > inline
    assert page.elements.index(page.by_id("sundog-config")) < inline


def test_the_inline_script_is_the_one_that_its_hash_is_of(bundle: Bundle) -> None:
    for root in ("", "/apps/one"):
        page = render_page(replace(CONFIG, root=root), bundle).decode()
        inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        hashes = tuple(
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for text in inline
        )
        assert hashes == inline_script_hashes()


@pytest.mark.parametrize("hostile", ["</script><script>alert(1)</script>", "<!--", "\u2028'\"&"])
def test_nothing_given_leaves_its_place(bundle: Bundle, hostile: str) -> None:
    config = PageConfig(
        kernel=hostile,
        page=hostile,
        root="",
        mode="development",
        title=hostile,
        extensions=hostile,
        styles=(hostile,),
        scripts=(hostile,),
        icon=hostile,
    )
    page = Parsed(render_page(config, bundle))
    assert page.named("title")[0][1].removesuffix("\n") == hostile
    assert json.loads(page.by_id("sundog-config")[2])["kernel"] == hostile
    plain = Parsed(render_page(CONFIG, bundle))
    assert len(page.named("script")) == len(plain.named("script")) + 1


def test_json_in_a_script_means_the_same() -> None:
    value = {"text": "a<b>&\u2028\u2029 é 😀"}
    text = script_json(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("theme", "drawn", "light"),
    [("auto", "light", "true"), ("light", "light", "true"), ("dark", "dark", "false")],
)
def test_the_theme_stands_in_the_page(bundle: Bundle, theme: Any, drawn: str, light: str) -> None:
    config = PageConfig(
        kernel="k", page="p", root="", mode="production", title="", extensions="", theme=theme
    )
    page = Parsed(render_page(config, bundle))
    assert page.named("html")[0][0]["data-theme"] == drawn
    assert page.named("body")[0][0]["data-jp-theme-light"] == light
