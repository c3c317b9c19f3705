"""Which files an exported page brings, and under which addresses."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest

from sundog.export.archive import MANIFEST, ORIGIN, STATIC, Archive, add_bundle, add_extensions
from sundog.extensions import companions
from sundog.extensions.companions import Source
from sundog.web.static.extensions import Extensions


def content(archive: Archive, address: str) -> str:
    return gzip.decompress(base64.b64decode(archive.as_json()[address][1])).decode()


def labextension(data: Path, name: str, script: str, **jupyterlab: object) -> None:
    folder = data / "labextensions" / name
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "entry.js").write_text(script)
    (folder / "static" / "entry.js.map").write_text("{}")
    build = {"load": "static/entry.js", "extension": "./extension"}
    if "mimeExtension" in jupyterlab:
        build["mimeExtension"] = "./mime"
    package = {"jupyterlab": {"_build": build, "sharedPackages": jupyterlab.get("shared", {})}}
    (folder / "package.json").write_text(json.dumps(package))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of Jupyter's with four labextensions and an nbextension."""
    labextension(tmp_path, "one", "'one'", shared={"two": {"bundled": False}})
    labextension(tmp_path, "two", "'two'")
    labextension(tmp_path, "folder", 'app.registerWidget({name:"module",version:"1",exports:x})')
    labextension(tmp_path, "mime", '"application/x"', mimeExtension=True)
    (tmp_path / "nbextensions" / "old").mkdir(parents=True)
    (tmp_path / "nbextensions" / "old" / "index.js").write_text("define(1)")
    return tmp_path


def added(data: Path, modules: set[str], mime_types: set[str]) -> tuple[set[str], list[str]]:
    """Return the names of the extensions that came along, and the modules that are missing."""
    archive = Archive()
    missing = add_extensions(archive, Extensions([data]), modules, mime_types)
    manifest = json.loads(content(archive, MANIFEST))
    kinds = [manifest["labextensions"], manifest["nbextensions"]]
    names = {name for entries in kinds for name in entries}
    for entries in kinds:
        for entry in entries.values():
            assert entry["url"].startswith(f"{ORIGIN}/_sundog/")
            assert any(address.startswith(entry["url"]) for address in archive)
    assert not any(address.endswith(".map") for address in archive)
    return names, missing


@pytest.mark.parametrize(
    ("modules", "mime_types", "names"),
    [
        (set(), set(), set()),
        ({"@jupyter-widgets/controls"}, {"text/html"}, set()),
        # What it takes from another extension comes along.
        ({"one"}, set(), {"one", "two"}),
        # Not every module has the name of its folder.
        ({"module"}, set(), {"folder"}),
        ({"old"}, set(), {"old"}),
        (set(), {"application/x"}, {"mime"}),
    ],
)
def test_what_is_needed_comes_along(
    data: Path, modules: set[str], mime_types: set[str], names: set[str]
) -> None:
    assert added(data, modules, mime_types) == (names, [])


@pytest.mark.parametrize(("drawn_by", "comes"), [("mime", False), ("nothing", True)])
def test_scripts_that_draw_a_type_come_along_where_no_extension_draws_it(
    data: Path, monkeypatch: pytest.MonkeyPatch, drawn_by: str, comes: bool
) -> None:
    (data / "drawing").mkdir()
    (data / "drawing" / "__init__.py").touch()
    (data / "drawing" / "draw.js").write_text("draw()")
    monkeypatch.syspath_prepend(data)
    mime = {"mime": "application/x", "nothing": "application/y"}[drawn_by]
    sources = {mime: Source("drawing", ".", ("draw.js",))}
    monkeypatch.setattr(companions.find_companions, "__defaults__", (sources,))
    archive = Archive()
    add_extensions(archive, Extensions([data]), set(), {mime})
    assert [address for address in archive if address.endswith("/draw.js")] == (
        [json.loads(content(archive, MANIFEST))["scripts"][mime][0]] if comes else []
    )


def test_what_nobody_brings_is_told(data: Path) -> None:
    assert added(data, {"unheard-of", "two"}, set()) == ({"two"}, ["unheard-of"])


def test_modules_of_the_bundle_find_their_siblings_by_complete_addresses(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    main = 'import{a}from"./a-1.js";import(`./b-2.js`);new URL("./x",import.meta.url);"./c.txt"'
    (tmp_path / "assets" / "main.js").write_text(main)
    archive = Archive()
    add_bundle(archive, tmp_path, ["assets/main.js"])
    assert content(archive, f"{STATIC}assets/main.js") == (
        f'import{{a}}from"{STATIC}assets/a-1.js";import("{STATIC}assets/b-2.js");'
        f'new URL("./x","{STATIC}assets/main.js");"./c.txt"'
    )
