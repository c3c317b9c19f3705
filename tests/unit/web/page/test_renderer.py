"""What the settings and the app's own files make of the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sundog.app.page_info import PageInfo
from sundog.config import Loader, Settings, ThemeVariant
from sundog.ids import KernelId, PageId
from sundog.server.app_files import AppFiles
from sundog.web.page.bundle import Bundle
from sundog.web.page.renderer import PageRenderer
from sundog.web.page.request import PageRequest
from sundog.web.static.extensions import Extensions

REQUEST = PageRequest(KernelId("k.m"), PageId("p"), "/apps", "n0nce")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / ".vite").mkdir(parents=True)
    manifest = {"src/main.ts": {"file": "assets/main-12345678.js", "isEntry": True, "name": "main"}}
    (folder / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "app").mkdir(parents=True)
    (tmp_path / "project" / "assets").mkdir()
    return tmp_path / "project"


def render(settings: Settings, bundle: Path, project: Path) -> str:
    files = AppFiles(settings)
    files.serve(project / "app" / "app.py")
    renderer = PageRenderer(settings, Extensions([]), files.addresses, bundle=Bundle(bundle))
    renderer.check()
    return renderer.render(REQUEST, PageInfo("weather")).decode()


def test_the_page_names_its_parts_below_the_root_path(bundle: Path, project: Path) -> None:
    settings = Settings(theme_variant=ThemeVariant.DARK, theme_loader=Loader.PLAIN)
    text = render(settings, bundle, project)
    assert "<title>weather</title>" in text
    assert 'src="/apps/_sundog/static/assets/main-12345678.js"' in text
    assert '"kernel":"k.m"' in text
    assert '"theme":"dark"' in text
    assert 'data-loader="plain"' in text
    assert '"extensions":"/apps/_sundog/extensions.json?' in text
    assert "custom.css" not in text
    assert 'rel="icon" href="data:image/svg+xml,' in text


def test_the_apps_own_files_are_named(bundle: Path, project: Path, tmp_path: Path) -> None:
    for name in ("custom.css", "custom.js", "favicon.png", "unknown.css"):
        (project / "assets" / name).write_text("")
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "style.css").write_text("")
    settings = Settings(assets_extra_locations=(extra,), theme_title="<Weather>")
    text = render(settings, bundle, project)
    assert "<title>&lt;Weather&gt;</title>" in text
    for name in ("style.css", "custom.css", "custom.js", "favicon.png"):
        assert f'"/apps/static/assets/{name}"' in text
    assert "unknown.css" not in text


def test_without_a_front_end_the_page_says_so(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = render(Settings(), tmp_path / "missing", project)
    assert "scripts/npm run build" in text
    assert '<script id="sundog-config" type="application/json">{"kernel":"k.m"' in text
    assert "pages will be empty" in caplog.text


def test_files_of_an_app_without_a_path() -> None:
    files = AppFiles(Settings())
    assert files.addresses("", "custom.css") == ()
    files.serve()
    assert files.addresses("", "custom.css") == ()
