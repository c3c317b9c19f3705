"""Installed extensions: which are found, what pages are told, and which files they get."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sundog.web.static.extensions import ExtensionRules, Extensions
from tests.packages import labextension, nbextension


def test_what_a_page_is_told(tmp_path: Path) -> None:
    shared = {
        "@jupyter-widgets/base": {"bundled": False, "singleton": True},
        "d3": {"bundled": True},
        "sucrase": False,
    }
    labextension(tmp_path, "plain", sharedPackages=shared)
    labextension(tmp_path, "@scope/inner")
    nbextension(tmp_path, "classic", "index.js", "extension.js")
    nbextension(tmp_path, "bare", "index.js")
    manifest = Extensions([tmp_path]).manifest("/apps")
    lab = manifest["labextensions"]
    assert list(lab) == ["@scope/inner", "plain"]
    url = lab["plain"].pop("url")
    assert lab["plain"] == {
        "load": "static/remoteEntry.abc.js",
        "extension": "./extension",
        "sharedPackages": {"@jupyter-widgets/base": {"bundled": False}},
        "registers": [],
    }
    assert url.startswith("/apps/_sundog/labextensions/")
    assert url.endswith("/plain/")
    assert lab["@scope/inner"]["url"].endswith("/@scope/inner/")
    classic = manifest["nbextensions"]
    assert {name: entry["maps"] for name, entry in classic.items()} == {"bare": {}, "classic": {}}


@pytest.mark.parametrize(
    "written", ["./static/remoteEntry.abc.js", "static\\remoteEntry.abc.js", ".\\static\\x.js"]
)
def test_paths_become_those_of_urls(tmp_path: Path, written: str) -> None:
    build = {"load": written, "mimeExtension": "./mime", "style": "./style"}
    labextension(tmp_path, "odd", _build=build)
    entry = Extensions([tmp_path]).manifest("")["labextensions"]["odd"]
    assert entry["load"] in ("static/remoteEntry.abc.js", "static/x.js")
    assert (entry["mimeExtension"], entry["style"]) == ("./mime", "./style")
    assert "extension" not in entry


def test_what_is_left_out(tmp_path: Path) -> None:
    labextension(tmp_path, "@jupyter-widgets/jupyterlab-manager")
    labextension(tmp_path, "@jupyter-notebook/lab-extension")
    labextension(tmp_path, "old", _build=None)
    nbextension(tmp_path, "jupyter-js-widgets", "extension.js")
    nbextension(tmp_path, "empty")
    (labextension(tmp_path, "broken") / "package.json").write_text("{")
    (labextension(tmp_path, "list") / "package.json").write_text("[]")
    (labextension(tmp_path, "none") / "package.json").unlink()
    (tmp_path / "labextensions" / "a-file").write_text("")
    labextension(tmp_path, "good")
    manifest = Extensions([tmp_path, tmp_path / "missing"]).manifest("")
    assert list(manifest["labextensions"]) == ["good"]
    assert manifest["nbextensions"] == {}


def test_nbextensions_can_be_ignored(tmp_path: Path) -> None:
    nbextension(tmp_path, "classic", "index.js")
    extensions = Extensions([tmp_path], ExtensionRules(ignore_nbextensions=True))
    assert extensions.manifest("")["nbextensions"] == {}
    assert extensions.resolve("nbextensions", "latest", "classic/index.js") is None


def test_of_several_the_first_folder_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    labextension(first, "both")
    (labextension(second, "both") / "only-here.js").write_text("")
    extensions = Extensions([first, second])
    assert extensions.resolve("labextensions", "latest", "both/package.json") is not None
    assert extensions.resolve("labextensions", "latest", "both/only-here.js") is None


def test_files_are_found_by_name_and_kept_only_by_the_right_hash(tmp_path: Path) -> None:
    folder = labextension(tmp_path, "@scope/inner")
    extensions = Extensions([tmp_path])
    url = extensions.manifest("")["labextensions"]["@scope/inner"]["url"]
    digest = url.split("/")[3]
    right = extensions.resolve("labextensions", digest, "@scope/inner/package.json")
    wrong = extensions.resolve("labextensions", "latest", "@scope/inner/package.json")
    assert right is not None
    assert wrong is not None
    assert (right.file, right.immutable) == (folder / "package.json", True)
    assert (wrong.file, wrong.immutable) == (folder / "package.json", False)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "plain",
        "plain/",
        "plain/static",
        "plain/../../secret",
        "plain/../plain/package.json",
        "plain/./package.json",
        "plain//package.json",
        "/plain/package.json",
        "plain/static\\remoteEntry.abc.js",
        "plain\\package.json",
        "plain/package.json\0",
        "plain/\0",
        "plain/link.txt",
        "..",
        "../secret",
        "@scope",
        "@scope/inner",
        "other/package.json",
    ],
)
def test_nothing_else_is_served(tmp_path: Path, path: str) -> None:
    data = tmp_path / "data"
    folder = labextension(data, "plain")
    (tmp_path / "secret").write_text("secret")
    (data / "secret").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    assert Extensions([data]).resolve("labextensions", "latest", path) is None


@pytest.mark.parametrize("kind", ["", "other", "..", "Labextensions"])
def test_there_are_two_kinds(tmp_path: Path, kind: str) -> None:
    labextension(tmp_path, "plain")
    assert Extensions([tmp_path]).resolve(kind, "latest", "plain/package.json") is None


def test_a_linked_extension_is_served_from_where_it_is(tmp_path: Path) -> None:
    source = labextension(tmp_path / "checkout", "linked")
    data = tmp_path / "data"
    (data / "labextensions").mkdir(parents=True)
    (data / "labextensions" / "linked").symlink_to(source)
    found = Extensions([data]).resolve("labextensions", "latest", "linked/package.json")
    assert found is not None
    assert found.file == source / "package.json"


def test_the_hashes_change_with_the_files(tmp_path: Path) -> None:
    folder = labextension(tmp_path, "plain")
    before = Extensions([tmp_path])
    assert Extensions([tmp_path]).digest == before.digest
    (folder / "static" / "chunk.js").write_text("new")
    after = Extensions([tmp_path])
    assert after.digest != before.digest
    assert after.manifest("") != before.manifest("")
    os.utime(folder / "static" / "chunk.js", ns=(1, 1))
    assert Extensions([tmp_path]).digest != after.digest


def test_disabled_ones_are_not_told_of(tmp_path: Path) -> None:
    labextension(tmp_path, "one")
    labextension(tmp_path, "two")
    extensions = Extensions([tmp_path], ExtensionRules(disabled=frozenset(("one",))))
    assert list(extensions.manifest("")["labextensions"]) == ["two"]
    assert extensions.resolve("labextensions", "latest", "one/package.json") is None


def test_pages_are_told_which_form_comes_first(tmp_path: Path) -> None:
    labextension(tmp_path, "bqplot")
    extensions = Extensions([tmp_path], ExtensionRules(first={"bqplot": "amd"}))
    assert extensions.manifest("")["first"] == {"bqplot": "amd"}
    assert extensions.address("", "bqplot") is None
    assert extensions.digest != Extensions([tmp_path]).digest


def test_the_script_that_a_page_will_need_first(tmp_path: Path) -> None:
    labextension(tmp_path, "@scope/inner")
    extensions = Extensions([tmp_path])
    url = extensions.manifest("")["labextensions"]["@scope/inner"]["url"]
    found = extensions.address("/apps", "@scope/inner")
    assert found == f"/apps{url}static/remoteEntry.abc.js"
    assert extensions.address("", "other") is None


def test_packages_come_and_go_while_developing(tmp_path: Path) -> None:
    labextension(tmp_path, "first")
    watching = Extensions([tmp_path], ExtensionRules(watch=True))
    fixed = Extensions([tmp_path])
    before, fixed_before = watching.digest, fixed.digest
    second = labextension(tmp_path, "@scope/second")
    with_two = watching.digest
    assert with_two != before
    assert list(watching.manifest("")["labextensions"]) == ["@scope/second", "first"]
    # As a tool that builds the package anew leaves it.
    (second / "static" / "remoteEntry.new.js").write_text("// container")
    assert watching.digest != with_two
    assert fixed.digest == fixed_before
    assert list(fixed.manifest("")["labextensions"]) == ["first"]
