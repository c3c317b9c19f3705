"""The page: what stands in it, safely, and which files it loads first."""

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

from sundog.errors import StartupError
from sundog.web.page import (
    MANIFEST,
    Bundle,
    PageConfig,
    inline_script_hashes,
    page_files,
    render_page,
    script_json,
)

BUILT: dict[str, dict[str, Any]] = {
    "_shared.js": {"file": "assets/shared-1.js", "imports": ["_deep.js"]},
    "_deep.js": {"file": "assets/deep-1.js", "css": ["assets/deep-1.css"]},
    "src/bundled/controls.ts": {
        "file": "assets/controls-1.js",
        "name": "controls",
        "isDynamicEntry": True,
        "imports": ["_shared.js", "src/main.ts", "_only.js"],
        "css": ["assets/controls-1.css"],
    },
    "_only.js": {"file": "assets/only-1.js"},
    "src/lazy.ts": {"file": "assets/lazy-1.js", "isDynamicEntry": True, "css": ["assets/l.css"]},
    "src/main.ts": {
        "file": "assets/main-1.js",
        "name": "main",
        "isEntry": True,
        "imports": ["_shared.js"],
        "dynamicImports": ["src/lazy.ts", "src/bundled/controls.ts"],
        "css": ["assets/main-1.css"],
    },
}

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


def test_the_first_files_are_the_entry_the_controls_and_what_they_import() -> None:
    files = page_files(BUILT)
    assert files.entry == "assets/main-1.js"
    assert set(files.preloads) == {
        "assets/controls-1.js",
        "assets/shared-1.js",
        "assets/deep-1.js",
        "assets/only-1.js",
    }
    assert files.styles == ("assets/main-1.css", "assets/controls-1.css", "assets/deep-1.css")


def test_a_bundle_without_controls_will_do() -> None:
    entry = {"file": "assets/main-1.js", "name": "main", "isEntry": True}
    files = page_files({"src/main.ts": entry})
    assert (files.entry, files.styles, files.preloads) == ("assets/main-1.js", (), ())


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


def test_a_missing_or_broken_bundle_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"is missing.*npm run build.*reinstall"):
        Bundle(tmp_path).files()
    (tmp_path / MANIFEST).parent.mkdir()
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(StartupError, match="can't be read"):
        Bundle(tmp_path).files()
    (tmp_path / MANIFEST).write_text("{}")
    with pytest.raises(StartupError, match="can't be read"):
        Bundle(tmp_path).files()


def test_the_manifest_is_read_once(bundle: Bundle, tmp_path: Path) -> None:
    bundle.files()
    (tmp_path / MANIFEST).unlink()
    assert bundle.files().entry
