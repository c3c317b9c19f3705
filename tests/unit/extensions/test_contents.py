"""What the scripts of an extension tell of what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.extensions.contents import AmdContents, Contents, amd_contents_of, contents_of
from sundog.extensions.scan import list_extensions
from tests.packages import labextension, nbextension


def read(data: Path, name: str, script: str, **build: str) -> Contents:
    made = {"load": "static/remoteEntry.abc.js", "extension": "./extension", **build}
    labextension(data, name, script, _build=made)
    return contents_of(list_extensions("labextensions", [data]).used[name])


@pytest.mark.parametrize(
    "script",
    [
        't.registerWidget({name:"jupyter-data",version:"1",exports:async()=>r})',
        "t.registerWidget({ 'name': 'jupyter-data', version: v })",
        "t.registerWidget({name:`jupyter-data`,version:v})",
    ],
)
def test_names_that_are_written_out(tmp_path: Path, script: str) -> None:
    found = read(tmp_path, "jupyterlab-data", script)
    assert (found.registers, found.open_ended) == ({"jupyter-data"}, False)


def test_a_name_that_comes_from_the_package(tmp_path: Path) -> None:
    script = """const p=JSON.parse('{"name":"bqplot"}');t.registerWidget({name:p.name,version:v})"""
    found = read(tmp_path, "bqplot", script)
    assert (found.registers, found.open_ended) == ({"bqplot"}, False)


@pytest.mark.parametrize(
    "script",
    [
        "t.registerWidget({name:a+b,version:v})",
        "t.registerWidget(d)",
        "t.registerWidget({version:v,name:n})",
        'const n="odd";t.registerWidget({name:n});t.registerWidget({name:m})',
    ],
)
def test_names_that_are_made_up_when_it_runs(tmp_path: Path, script: str) -> None:
    assert read(tmp_path, "odd", script).open_ended


def test_extensions_without_widgets(tmp_path: Path) -> None:
    assert read(tmp_path, "theme", 'app.register({name:"theme"})') == Contents()


def test_mime_types_that_it_may_render(tmp_path: Path) -> None:
    script = 'const a="application/vnd.plotly.v1+json",b="text/html",c="no/type",d="a b/c"'
    found = read(tmp_path, "plotly", script, mimeExtension="./mime")
    assert found.mime_types == {"application/vnd.plotly.v1+json", "text/html"}


def test_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    folder = labextension(tmp_path, "plain")
    (folder / "static" / "gone.js").symlink_to(tmp_path / "missing")
    found = contents_of(list_extensions("labextensions", [tmp_path]).used["plain"])
    assert (found.registers, found.open_ended) == ({"plain"}, True)


BOKEH = """window['requirejs'].config({
    map: {
        '*': {
            '@bokeh/jupyter_bokeh': 'nbextensions/jupyter_bokeh/index',
        },
    }
});"""
THREE = (
    'requirejs.config({map:{"*":{"jupyter-threejs":"nbextensions/jupyter-threejs/index",'
    'three:"nbextensions/jupyter-threejs/three",'
    '"jupyter-js-widgets":"nbextensions/jupyter-js-widgets/extension"}}})'
)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (BOKEH, AmdContents({"@bokeh/jupyter_bokeh": "nbextensions/jupyter_bokeh/index"})),
        (
            THREE,
            AmdContents(
                {
                    "jupyter-threejs": "nbextensions/jupyter-threejs/index",
                    "three": "nbextensions/jupyter-threejs/three",
                }
            ),
        ),
        ("define(() => ({load_ipython_extension() {}}))", AmdContents({})),
        ("require.config({paths: {d3: base + '/d3'}})", AmdContents({}, needs_script=True)),
        ("require.config(make())", AmdContents({}, needs_script=True)),
    ],
)
def test_what_an_nbextension_configures(tmp_path: Path, script: str, expected: AmdContents) -> None:
    (nbextension(tmp_path, "classic", "index.js") / "extension.js").write_text(script)
    found = list_extensions("nbextensions", [tmp_path]).used["classic"]
    assert amd_contents_of(found) == expected
