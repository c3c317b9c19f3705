"""The page's look, and what it may load."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from sundog.config import parse, values
from sundog.config.meta import Meta
from sundog.config.words import ExpiredPage, Loader, ThemeVariant


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """The page's look, and what it may load."""

    theme_variant: Annotated[
        ThemeVariant, Meta(values.words(ThemeVariant), "the page's colours", shared=True)
    ] = ThemeVariant.AUTO
    theme_title: Annotated[
        str | None,
        Meta(values.optional_text(), "the page's title; if empty, the app's name", shared=True),
    ] = None
    theme_loader: Annotated[
        Loader,
        Meta(
            values.words(Loader),
            "what the page shows while it loads: a spinner and text (sundog, or solara), or only"
            " text (plain)",
            shared=True,
        ),
    ] = Loader.SUNDOG
    menu: Annotated[
        bool, Meta(values.boolean(), "whether an app with several pages shows a menu")
    ] = True
    expired_page: Annotated[
        ExpiredPage,
        Meta(
            values.words(ExpiredPage),
            "what a page does when its session has ended: ask offers to restart the app, restart"
            " restarts it automatically",
        ),
    ] = ExpiredPage.ASK
    server_http_gzip: Annotated[
        bool, Meta(values.boolean(), "whether HTTP responses are compressed", shared=True)
    ] = True
    server_ignore_nbextensions: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets packaged only for the classic notebook are left out",
            shared=True,
        ),
    ] = False
    widget_loaders: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_widget_loader),
            "the preferred form of widget libraries that install both, such as bqplot=amd: lab (the"
            " labextension, default) or amd (the nbextension)",
        ),
    ] = ()
    assets_extra_locations: Annotated[
        tuple[Path, ...],
        Meta(
            values.paths(),
            "additional folders with files that override the page's own",
            shared=True,
        ),
    ] = ()
    script_sources: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(),
            "further origins that widgets may load scripts from, such as https://esm.sh",
        ),
    ] = ()
    script_eval: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets may create functions from text ('unsafe-eval'), as Vega and many"
            " classic packages do",
        ),
    ] = True
    script_blobs: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets may load scripts from memory (blob:), as anywidget does",
        ),
    ] = True
    content_security_policy: Annotated[
        str | None,
        Meta(
            values.optional_text(),
            "replaces the page's Content-Security-Policy; {nonce} stands for the page's nonce; none"
            " sends no policy",
        ),
    ] = None
    frame_ancestors: Annotated[
        str,
        Meta(
            values.text(),
            "the sites that may show the page in a frame, in the syntax of CSP's frame-ancestors",
        ),
    ] = "'self'"
