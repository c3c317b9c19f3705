"""What the doctor says of installed widget libraries, from their files alone."""

from __future__ import annotations

import csv
import json
from importlib import metadata
from pathlib import Path

import pytest

from sundog.doctor.distributions import Installed
from sundog.doctor.findings import Finding, Level
from sundog.doctor.imports import check_imports, read_imports, used_distributions
from sundog.doctor.internet import check_internet, hosts_in
from sundog.doctor.widgets import Found, check_extensions, check_shared, check_widgets, look
from sundog.errors import AppNotFoundError
from tests.packages import labextension, nbextension

WIDGETS = """
from ipywidgets import DOMWidget
from traitlets import Unicode
from ._version import semver as wanted
from . import _frontend

class Map(DOMWidget):
    _model_module = Unicode("jupyter-map").tag(sync=True)
    _model_module_version = Unicode(wanted).tag(sync=True)
    _view_module = Unicode(default_value=_frontend.NAME, read_only=True).tag(sync=True)
    _view_module_version: str = Unicode(_frontend.RANGE).tag(sync=True)

class Made(DOMWidget):
    _model_module = Unicode(compute()).tag(sync=True)
"""


class Environment:
    """An environment in a folder: what is installed in it, and what of Jupyter."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = root / "lib" / "site-packages"
        self.data = root / "share" / "jupyter"
        self.site.mkdir(parents=True)

    def install(
        self, name: str, version: str, files: dict[str, str], *requires: str, brings: str = ""
    ) -> None:
        info = self.site / f"{name}-{version}.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n{needs}")
        rows = [[f"{name}-{version}.dist-info/METADATA", "", ""]]
        for path, text in files.items():
            (self.site / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site / path).write_text(text)
            rows.append([path, "", ""])
        for file in sorted((self.data / brings).rglob("*")) if brings else ():
            if file.is_file():
                rows.append([f"../../{file.relative_to(self.root)}", "", ""])
        with (info / "RECORD").open("w", newline="") as record:
            csv.writer(record).writerows(rows)

    @property
    def installed(self) -> Installed:
        return Installed(metadata.distributions(path=[str(self.site)]))

    def look(self) -> Found:
        """Return what the environment's extensions provide."""
        data = [self.root / "share" / "jupyter", self.root / "user"]
        return look(data, [self.root / "etc" / "jupyter"])


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "env")


def map_library(environment: Environment, version: str = "2.0.1", *, shown: bool = True) -> None:
    if shown:
        script = 't.registerWidget({name:"jupyter-map",version:"2"})'
        folder = labextension(environment.data, "jupyter-map", script)
        edit(folder, version=version)
    files = {
        "ipymap/__init__.py": "from .widgets import Map",
        "ipymap/widgets.py": WIDGETS,
        "ipymap/_version.py": "version = '2.0'\nsemver = '^' + version + '.0'",
        "ipymap/_frontend.py": "NAME = 'jupyter-map'\nmajor = '2'\nRANGE = f'^{major}.0'",
    }
    environment.install("ipymap", "2.0.1", files, "ipywidgets (>=8)")


def edit(folder: Path, **changes: object) -> None:
    package = json.loads((folder / "package.json").read_text())
    (folder / "package.json").write_text(json.dumps({**package, **changes}))


def widgets(environment: Environment) -> list[Finding]:
    installed = environment.installed
    return list(check_widgets(environment.look(), installed.with_widgets(), installed))


def extensions(environment: Environment) -> list[Finding]:
    return list(check_extensions(environment.look(), environment.installed))


def test_what_widget_classes_want_is_read_from_their_source(environment: Environment) -> None:
    map_library(environment)
    (each,) = environment.installed.with_widgets()
    assert {(wish.module, wish.version) for wish in each.wishes} == {
        ("jupyter-map", "^2.0.0"),
        ("jupyter-map", "^2.0"),
    }


def test_a_library_that_is_whole(environment: Environment) -> None:
    map_library(environment)
    (finding,) = widgets(environment)
    assert finding.level is Level.OK
    assert "ipymap 2.0.1 has its front end (jupyter-map)" in finding.text


def test_a_library_without_a_front_end(environment: Environment) -> None:
    map_library(environment, shown=False)
    (finding,) = widgets(environment)
    assert finding.level is Level.PROBLEM
    assert "jupyter-map (widgets.py:7 Map)" in finding.text
    assert finding.fix == "pip install --force-reinstall ipymap"


def test_a_front_end_of_another_version(environment: Environment) -> None:
    map_library(environment, "1.4.0")
    (finding,) = widgets(environment)
    assert finding.level is Level.PROBLEM
    assert "needs jupyter-map ^2.0" in finding.text
    assert "is 1.4.0" in finding.text


def test_a_front_end_for_the_classic_notebook_only(environment: Environment) -> None:
    map_library(environment, shown=False)
    nbextension(environment.data, "jupyter-map", "index.js")
    assert [finding.level for finding in widgets(environment)] == [Level.OK]


def test_anywidgets_bring_their_own(environment: Environment) -> None:
    environment.install("mine", "1", {"mine/__init__.py": ""}, "anywidget")
    (finding,) = widgets(environment)
    assert "includes its own front end" in finding.text


def test_versions_of_ipyvue_that_do_not_go_together(environment: Environment) -> None:
    environment.install("ipyvue", "3.1.1", {}, "ipywidgets")
    environment.install("ipyvuetify", "1.12.0", {}, "ipyvue")
    (finding,) = widgets(environment)
    assert finding.level is Level.PROBLEM
    assert finding.fix == "pip install 'ipyvuetify~=1.0' 'ipyvue~=1.0'"


def test_where_extensions_come_from(environment: Environment) -> None:
    labextension(environment.data, "known")
    environment.install("ipyknown", "7", {}, brings="labextensions/known")
    labextension(environment.data, "stray")
    known, stray = extensions(environment)
    assert "labextension known 1.2.3 from ipyknown 7 in" in known.text
    assert "from no installed package" in stray.text


def test_one_that_hides_another(environment: Environment) -> None:
    labextension(environment.data, "same")
    labextension(environment.root / "user", "same")
    other = labextension(environment.root / "user", "other")
    edit(labextension(environment.data, "other"), version="9.9.9")
    found = {finding.text: finding.level for finding in extensions(environment)}
    hidden = {text: level for text, level in found.items() if "is hidden by" in text}
    assert sorted(hidden.values()) == [Level.NOTE, Level.PROBLEM]
    assert any(str(other) in text and "(1.2.3 by 9.9.9)" in text for text in hidden)


def test_one_that_lacks_its_script_or_leads_elsewhere(environment: Environment) -> None:
    folder = labextension(environment.data, "lacking")
    script = folder / "static" / "remoteEntry.abc.js"
    script.rename(environment.root / "cached.js")
    assert "script static/remoteEntry.abc.js of labextension lacking is missing" in (
        extensions(environment)[1].text
    )
    script.symlink_to(environment.root / "cached.js")
    (_, linked) = extensions(environment)
    assert linked.level is Level.PROBLEM
    assert "1 files of labextension lacking are links" in linked.text


def test_one_that_is_disabled_or_broken(environment: Environment) -> None:
    labextension(environment.data, "off")
    (labextension(environment.data, "broken") / "package.json").write_text("{")
    config = environment.root / "etc" / "jupyter" / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text('{"disabledExtensions": {"off": true}}')
    off, broken = extensions(environment)
    assert (off.level, off.fix) == (Level.NOTE, "jupyter labextension enable off")
    assert broken.level is Level.PROBLEM


@pytest.mark.parametrize(("wanted", "level"), [("^3.0.0", Level.PROBLEM), ("^1.9.0", Level.NOTE)])
def test_one_that_was_made_for_another_version(
    environment: Environment, wanted: str, level: Level
) -> None:
    shared = {"jupyter-vue": {"bundled": False}}
    folder = labextension(environment.data, "jupyter-vuetify", sharedPackages=shared)
    edit(folder, dependencies={"jupyter-vue": wanted})
    labextension(environment.data, "jupyter-vue")
    (finding,) = check_shared(environment.look())
    assert finding.level is level
    assert "pip install --upgrade ipyvuetify ipyvue" in finding.fix


# What an app imports -----------------------------------------------------------------------------


def test_the_files_and_names_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "app.py").write_text("import numpy.linalg, helper\nfrom pages import one\n")
    (tmp_path / "helper.py").write_text("def f():\n    from ipymap.widgets import Map\n")
    (tmp_path / "pages" / "__init__.py").write_text("from . import two\n")
    (tmp_path / "pages" / "one.py").write_text("from ..helper import f\nimport yaml as y\n")
    (tmp_path / "pages" / "two.py").write_text("import broken(")
    found = read_imports(str(tmp_path / "app.py:page"))
    assert found.names == {"numpy", "ipymap", "yaml"}
    assert {file.name for file in found.files} == {
        "app.py", "helper.py", "__init__.py", "one.py", "two.py",
    }  # fmt: skip
    assert [file.name for file, _ in found.unreadable] == ["two.py"]


def test_notebooks_are_read_too(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["import nothing"]},
        {"cell_type": "code", "source": ["%matplotlib widget\n", "import ipympl\n", "!ls"]},
        {"cell_type": "code", "source": "%%bash\nimport x"},
    ]
    (tmp_path / "app.ipynb").write_text(json.dumps({"cells": cells}))
    assert read_imports(str(tmp_path / "app.ipynb")).names == {"ipympl"}


@pytest.mark.parametrize("app", ["missing.py", "no_such_module_here", "folder/"])
def test_an_app_that_is_not_there(tmp_path: Path, app: str) -> None:
    with pytest.raises(AppNotFoundError):
        read_imports(app)


def test_what_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import os, ipywidgets, no_such_module_here\n")
    (finding,) = check_imports(read_imports(str(tmp_path / "app.py")), Installed())
    assert finding.fix == "pip install no_such_module_here"


def test_the_widget_libraries_that_an_app_uses(tmp_path: Path) -> None:
    pytest.importorskip("anywidget")
    (tmp_path / "app.py").write_text("import anywidget, json, click\n")
    found = used_distributions(read_imports(str(tmp_path / "app.py")), Installed())
    assert [each.name for each in found] == ["anywidget"]


# What reaches for the internet -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "hosts"),
    [
        ('fetch("https://data.example.com/x")', {"data.example.com"}),
        ("import x from 'https://esm.sh/x'", {"esm.sh"}),
        ("await import(`https://cdn.skypack.dev/x`)", {"cdn.skypack.dev"}),
        ("s.src='https://api.example.org/a.js'", {"api.example.org"}),
        ("@font-face{src:url(https://fonts.example.net/a.woff)}", {"fonts.example.net"}),
        ('const t="https://{s}.tile.openstreetmap.org/{z}"', {"{s}.tile.openstreetmap.org"}),
        ('const u="//unpkg.com/three"', {"unpkg.com"}),
        ("// adapted from https://github.com/a/b", set()),
        ('const help="https://docs.example.com"', set()),
        ('createElementNS("http://www.w3.org/2000/svg")', set()),
    ],
)
def test_hosts_that_a_script_may_reach(script: str, hosts: set[str]) -> None:
    assert hosts_in(script.encode()) == hosts


def test_who_may_reach_the_internet(environment: Environment) -> None:
    labextension(environment.data, "maps", 'fetch("https://tiles.example.com/1")')
    files = {"mine/static/w.js": 'import a from "https://esm.sh/a"', "mine/__init__.py": ""}
    environment.install("mine", "1", files, "anywidget")
    installed = environment.installed
    found = list(check_internet(environment.look(), installed.with_widgets()))
    assert [finding.level for finding in found] == [Level.NOTE, Level.NOTE]
    assert "labextension maps may contact tiles.example.com" in found[0].text
    assert "mine 1 may contact esm.sh" in found[1].text
