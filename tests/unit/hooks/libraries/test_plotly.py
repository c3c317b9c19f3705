"""How plotly's figures are displayed; needs plotly (see tests/gallery)."""

from __future__ import annotations

import pytest

from sundog.hooks.libraries.plotly import install

io = pytest.importorskip("plotly.io")
objects = pytest.importorskip("plotly.graph_objects")


def test_figures_are_displayed_as_data_and_nothing_else() -> None:
    uninstall = install()
    bundle = objects.Figure(objects.Bar(y=[1]))._repr_mimebundle_()
    uninstall()
    assert list(bundle) == ["application/vnd.plotly.v1+json"]


def test_uninstalling_takes_it_back() -> None:
    before = io.renderers.default
    install()()
    assert io.renderers.default == before


def test_what_the_environment_chooses_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLOTLY_RENDERER", "json")
    before = io.renderers.default
    uninstall = install()
    assert io.renderers.default == before
    uninstall()
