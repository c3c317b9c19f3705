"""What the page looks like, and what it may load."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from sundog.config import parse, values
from sundog.config.meta import Meta
from sundog.config.words import ExpiredPage, Loader, ThemeVariant


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """What the page looks like, and what it may load."""

    theme_variant: Annotated[
        ThemeVariant, Meta(values.words(ThemeVariant), "the page's colours", shared=True)
    ] = ThemeVariant.AUTO
    theme_title: Annotated[
        str | None,
        Meta(values.optional_text(), "the page's title; when empty, the app's name", shared=True),
    ] = None
    theme_loader: Annotated[
        Loader,
        Meta(
            values.words(Loader),
            "what the page shows while it loads: sundog (or solara) turns a circle beside the"
            " words, plain has words only",
            shared=True,
        ),
    ] = Loader.SUNDOG
    menu: Annotated[
        bool, Meta(values.boolean(), "whether an app of several pages shows a menu of them")
    ] = True
    expired_page: Annotated[
        ExpiredPage,
        Meta(
            values.words(ExpiredPage),
            "what a page does when its kernel has ended: ask says so and offers a fresh start,"
            " restart starts afresh by itself",
        ),
    ] = ExpiredPage.ASK
    server_http_gzip: Annotated[
        bool, Meta(values.boolean(), "whether answers are compressed", shared=True)
    ] = True
    server_ignore_nbextensions: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets packaged for the classic notebook only are left out",
            shared=True,
        ),
    ] = False
    widget_loaders: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(parse.parse_widget_loader),
            "which form of a widget library is tried first where both are installed, as in"
            " bqplot=amd: lab (its labextension, the default) or amd (its nbextension)",
        ),
    ] = ()
    assets_extra_locations: Annotated[
        tuple[Path, ...],
        Meta(values.paths(), "more folders of files that override the page's own", shared=True),
    ] = ()
    script_sources: Annotated[
        tuple[str, ...],
        Meta(
            values.listing(),
            "origins besides the server that widgets may load scripts from, as in https://esm.sh",
        ),
    ] = ()
    script_eval: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets may make functions from text, as Vega and many classic packages do"
            " ('unsafe-eval')",
        ),
    ] = True
    script_blobs: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether widgets may load scripts from memory, as anywidget does (blob:)",
        ),
    ] = True
    content_security_policy: Annotated[
        str | None,
        Meta(
            values.optional_text(),
            "replaces the page's Content-Security-Policy, {nonce} in it is the page's own nonce;"
            " none sends none",
        ),
    ] = None
    frame_ancestors: Annotated[
        str, Meta(values.text(), "which sites may show the page in a frame, as CSP writes it")
    ] = "'self'"
