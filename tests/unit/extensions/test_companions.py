"""Scripts of Python packages that widgets expect in their page."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.extensions import companions
from sundog.extensions.companions import Source, find_companions
from sundog.web.static.extensions import Extensions

SOURCES = {"@widgets/one": Source("companion_package", "js", ("a.js", "absent.js", "b.js"))}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "companion_package"
    (folder / "js").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise AssertionError('it was imported')")
    for name in ("a.js", "b.js", "other.js"):
        (folder / "js" / name).write_text(name)
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_a_package_is_found_without_an_import(package: Path) -> None:
    found = find_companions(SOURCES)["@widgets/one"]
    assert found.scripts == ("a.js", "b.js")
    assert found.folder == (package / "js").resolve()
    (package / "js" / "b.js").write_text("longer than before")
    assert find_companions(SOURCES)["@widgets/one"].digest != found.digest


def test_what_is_not_installed_is_not_told_of() -> None:
    assert find_companions({"x": Source("no_such_package_at_all", "js", ("a.js",))}) == {}


def test_pages_get_what_they_are_told_of_and_nothing_else(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companions.find_companions, "__defaults__", (SOURCES,))
    extensions = Extensions([])
    [first, second] = extensions.manifest("/app")["scripts"]["@widgets/one"]
    prefix, _, path = first.removeprefix("/app/_sundog/companions/").partition("/")
    found = extensions.resolve_companion(prefix, path)
    assert found is not None
    assert (found.file.name, found.immutable) == ("a.js", True)
    assert second.endswith("/companion_package/b.js")
    stale = extensions.resolve_companion("stale", path)
    assert stale is not None
    assert not stale.immutable
    for other in ("other.js", "../__init__.py", ""):
        assert extensions.resolve_companion(prefix, f"companion_package/{other}") is None
