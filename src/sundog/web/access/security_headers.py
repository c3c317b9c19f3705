"""The headers that tell browsers what a page may do, and who may show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sundog.config import Settings

# Stands in a policy for what is made up anew for each page.
NONCE: Final = "{nonce}"

COMMON_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


def content_security_policy(settings: Settings, inline_scripts: Iterable[str]) -> str | None:
    """Return the page's policy; `inline_scripts` are the hashes of its own, as CSP writes them.

    As strict as widgets allow: anywidget imports modules from blobs, Vega and classic widget
    packages compile functions from text (both can be ruled out by settings), nearly all set inline
    styles, and maps and media come from anywhere. Scripts come from this server and the configured
    sources only; those that stand in what the app displays carry the page's nonce.
    """
    given = settings.content_security_policy
    if given is not None:
        return None if given.lower() == "none" else given
    blobs = ["blob:"] if settings.script_blobs else []
    evaluation = ["'unsafe-eval'"] if settings.script_eval else []
    own = [f"'nonce-{NONCE}'", *inline_scripts]
    scripts = ["'self'", *evaluation, *blobs, *own, *settings.script_sources]
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(scripts),
        "worker-src": " ".join(["'self'", *blobs]),
        "style-src": "'self' 'unsafe-inline' https: blob:",
        "font-src": "'self' https: data: blob:",
        "img-src": "'self' https: http: data: blob:",
        "media-src": "'self' https: http: data: blob:",
        "connect-src": "'self' https: data: blob:",
        "frame-src": "'self' https: data: blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": settings.frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
