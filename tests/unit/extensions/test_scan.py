"""Which extensions are found, which are shadowed, and which are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.extensions.scan import list_extensions, stamp_of
from tests.packages import labextension, nbextension


def test_of_one_name_the_first_folder_counts(tmp_path: Path) -> None:
    first = labextension(tmp_path / "one", "both")
    second = labextension(tmp_path / "two", "both")
    listing = list_extensions("labextensions", [tmp_path / "one", tmp_path / "two"])
    assert listing.used["both"].folder == first
    assert [each.folder for each in listing.shadowed] == [second]
    assert listing.used["both"].version == "1.2.3"


def test_one_folder_by_two_paths_shadows_nothing(tmp_path: Path) -> None:
    labextension(tmp_path / "one", "both")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    listing = list_extensions("labextensions", [tmp_path / "link", tmp_path / "one"])
    assert listing.shadowed == ()


def test_a_link_leads_to_where_the_package_is_developed(tmp_path: Path) -> None:
    source = labextension(tmp_path / "checkout", "linked")
    folder = tmp_path / "data" / "labextensions"
    folder.mkdir(parents=True)
    (folder / "linked").symlink_to(source)
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "nowhere").symlink_to(tmp_path / "missing")
    listing = list_extensions("labextensions", [tmp_path / "data"])
    assert [(name, each.folder) for name, each in listing.used.items()] == [("linked", source)]


@pytest.mark.parametrize(
    "load",
    [
        "../other/evil.js",
        "static/../../evil.js",
        "..\\evil.js",
        "/etc/passwd",
        "//evil.example/x.js",
        "https://evil.example/x.js",
        "static//x.js",
        "C:\\evil.js",
        "",
    ],
)
def test_a_script_outside_the_package_is_refused(tmp_path: Path, load: str) -> None:
    labextension(tmp_path, "odd", _build={"load": load})
    listing = list_extensions("labextensions", [tmp_path])
    assert listing.used == {}
    assert [each.name for each in listing.broken] == ["odd"]
    assert "is not a file of it" in listing.broken[0].reason


@pytest.mark.parametrize(
    "name", ["a b", "a%2e", "a?b", "a#b", "<b>", "a\nb", "a'b", "@x/@y", "ü", "a:b", "a\\b"]
)
def test_a_folder_that_no_package_can_have_is_refused(tmp_path: Path, name: str) -> None:
    labextension(tmp_path, name)
    nbextension(tmp_path, name, "index.js")
    for kind in ("labextensions", "nbextensions"):
        listing = list_extensions(kind, [tmp_path])
        assert listing.used == {}
        assert "no package name" in listing.broken[0].reason


@pytest.mark.parametrize("name", ["__proto__", "constructor", "Old.Name", "@a-b/c_d.e", "~tilde"])
def test_odd_names_that_packages_may_have(tmp_path: Path, name: str) -> None:
    labextension(tmp_path, name)
    assert list(list_extensions("labextensions", [tmp_path]).used) == [name]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a": "\\ud800"', " " * (2 << 20)])
def test_broken_packages_are_told_of(tmp_path: Path, text: str) -> None:
    (labextension(tmp_path, "broken") / "package.json").write_text(text)
    labextension(tmp_path, "good")
    listing = list_extensions("labextensions", [tmp_path])
    assert list(listing.used) == ["good"]
    assert [each.name for each in listing.broken] == ["broken"]


def test_hidden_folders_are_none(tmp_path: Path) -> None:
    labextension(tmp_path, ".hidden")
    labextension(tmp_path, "@scope/.hidden")
    assert list_extensions("labextensions", [tmp_path]).used == {}


def test_the_stamp_changes_with_what_is_installed(tmp_path: Path) -> None:
    stamps = [stamp_of([tmp_path])]
    labextension(tmp_path, "@scope/one")
    stamps.append(stamp_of([tmp_path]))
    folder = nbextension(tmp_path, "two", "index.js")
    stamps.append(stamp_of([tmp_path]))
    (folder / "extension.js").write_text("")
    stamps.append(stamp_of([tmp_path]))
    assert len(set(stamps)) == 4
    assert stamp_of([tmp_path]) == stamps[-1]
