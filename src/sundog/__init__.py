"""Sundog: serve ipywidgets apps to many users, without a Jupyter kernel."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sundog.api import (
        get_kernel_id,
        get_location,
        get_request,
        get_session_id,
        navigate,
        session,
        session_for,
        set_title,
    )
    from sundog.kernel import on_kernel_start
    from sundog.sharing import shared

__version__ = "0.1.0"

__all__ = [
    "get_kernel_id",
    "get_location",
    "get_request",
    "get_session_id",
    "navigate",
    "on_kernel_start",
    "session",
    "session_for",
    "set_title",
    "shared",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use, which keeps the command's start fast."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sundog import api, sharing
    from sundog.kernel import start

    place = {"shared": sharing, "on_kernel_start": start}.get(name, api)
    return globals().setdefault(name, getattr(place, name))
