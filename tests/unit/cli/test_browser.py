"""Opening pages in a browser."""

from __future__ import annotations

import threading
import webbrowser

import pytest

from sundog.cli.browser import has_display, open_in_browser


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "w"}, True),
        ("darwin", {}, True),
        ("win32", {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, False),
    ],
)
def test_a_display_is_found_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, platform: str, environ: dict[str, str], expected: bool
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("os.environ", environ)
    assert has_display() is expected


def test_a_browser_that_returns_only_when_closed_does_not_hold_up_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened, closed = threading.Event(), threading.Event()

    def open_and_wait(url: str) -> bool:
        assert url == "http://localhost:8765/"
        opened.set()
        return closed.wait(10)

    monkeypatch.setattr(webbrowser, "open", open_and_wait)
    open_in_browser("http://localhost:8765/")
    assert opened.wait(10)
    closed.set()
