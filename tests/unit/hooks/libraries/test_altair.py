"""Charts of Altair with what the page brings, instead of what a CDN has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import altair
import pytest
from altair.jupyter.jupyter_chart import load_js_src

from sundog.hooks.libraries.altair import install, without_cdn


@pytest.fixture
def installed() -> Iterator[None]:
    """The hook, for a library that is there already."""
    uninstall = install()
    yield
    uninstall()


def test_the_script_of_this_version_needs_no_cdn() -> None:
    # What it says of the network is all gone: a new import would need a module of the page's own.
    assert "https://esm.sh" in load_js_src()
    script = without_cdn(load_js_src())
    assert "https://" not in script
    assert 'const {default: vegaEmbed} = await globalThis.sundogModule("vega-embed");' in script


@pytest.mark.parametrize(
    "untouched",
    [
        'import x from "./vega-embed.js";',
        'import x from "https://esm.sh/vega-embedded@1";',
        "// import vegaEmbed from somewhere",
        "export default {render() {}}",
    ],
)
def test_other_scripts_stay(untouched: str) -> None:
    assert without_cdn(untouched) == untouched


@pytest.mark.usefixtures("installed")
def test_charts_are_displayed_as_data() -> None:
    chart = altair.Chart(altair.Data(values=[{"a": 1}])).mark_point()
    assert "application/vnd.vegalite." in str(chart._repr_mimebundle_())
    assert "sundogModule" in altair.JupyterChart(chart)._esm


@pytest.mark.usefixtures("installed")
def test_a_renderer_that_the_app_has_chosen_stays() -> None:
    with altair.renderers.enable("json"):
        uninstall = install()
        assert altair.renderers.active == "json"
        uninstall()


def test_uninstalling_takes_everything_back() -> None:
    before = altair.renderers.active, altair.JupyterChart._esm
    install()()
    assert (altair.renderers.active, altair.JupyterChart._esm) == before


def test_altair_is_not_imported_for_its_own_sake() -> None:
    code = (
        "import sys, sundog.app.hooks as h\nh.altair.install()\nsys.exit('altair' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
