"""Which files of the front end a page is told of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sundog.errors import StartupError
from sundog.web.page.bundle import MANIFEST, Bundle, page_files

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


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    manifest = tmp_path / MANIFEST
    manifest.parent.mkdir()
    manifest.write_text(json.dumps(BUILT))
    return Bundle(tmp_path)


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


def test_pages_are_of_the_build_that_is_there(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundle.files()
    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", lambda text: pytest.fail("is read once"))
        assert bundle.files() == before
    manifest = tmp_path / MANIFEST
    manifest.unlink()
    # While it is being exchanged.
    assert bundle.files() == before
    manifest.write_text(json.dumps(BUILT).replace(before.entry, "assets/main-rebuilt.js"))
    assert bundle.files().entry == "assets/main-rebuilt.js"
