"""The headers that tell browsers what a page may do, and who may frame it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sundog.config import Settings

# Stands in a policy for the nonce of each page.
NONCE: Final = "{nonce}"

COMMON_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


def content_security_policy(settings: Settings, inline_scripts: Iterable[str]) -> str | None:
    """Return the page's policy; `inline_scripts` are the hashes of its scripts, in CSP's syntax.

    It is as strict as widgets allow: anywidget imports modules from blobs, Vega and classic widget
    packages compile functions from text (settings can forbid both), nearly all set inline styles,
    and maps and media load from anywhere. Scripts load only from this server and the configured
    sources; scripts in displayed output have the page's nonce. Data and frames load from anywhere
    as well, as in Jupyter; browsers themselves keep a page that came by https from using http.
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
        "connect-src": "'self' https: http: wss: ws: data: blob:",
        "frame-src": "'self' https: http: data: blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": settings.frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
