"""The HTML of the page."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sundog.web.page.bundle import Bundle

Theme = Literal["auto", "light", "dark"]

# Constant, so that its hash can be part of a Content-Security-Policy. It opens the connection while
# the bundle loads, sets the colours before anything is drawn, and reports a bundle that can't be
# loaded.
INLINE_SCRIPT: Final = """
(function () {
  'use strict';
  var config = JSON.parse(document.getElementById('sundog-config').textContent);
  var dark = config.theme === 'dark' ||
    (config.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  var path = location.pathname;
  if (config.root && path.indexOf(config.root) === 0) path = path.slice(config.root.length);
  var at = [path + location.search + location.hash, path + location.search, path, '/']
    .find(function (text) {
      return text && text.length <= 4096 && encodeURIComponent(text).length <= 6000;
    });
  var socket = new WebSocket(
    (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + config.root +
    '/_sundog/kernel/' + config.kernel + '/socket?v=1&page=' + encodeURIComponent(config.page) +
    '&at=' + encodeURIComponent(at) + '&token=1');
  socket.onopen = function () {
    socket.send(JSON.stringify({ type: 'token', token: config.token }));
  };
  var early = { socket: socket, frames: [], closed: undefined };
  socket.binaryType = 'arraybuffer';
  socket.onmessage = function (event) { early.frames.push(event.data); };
  socket.onclose = function (event) { early.closed = event.code; };
  window.sundogEarly = early;
  function tell() {
    var place = document.querySelector('.sundog-loading');
    if (!place) return;
    place.className = 'sundog-failed';
    place.setAttribute('role', 'alert');
    place.textContent = 'The code of this page could not be loaded. ';
    var button = document.createElement('button');
    button.textContent = 'Reload page';
    button.onclick = function () { location.reload(); };
    place.append(button);
  }
  addEventListener('error', function (event) {
    if (event.target.type !== 'module') return;
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', tell);
    else tell();
  }, true);
})();
"""

_CRITICAL_STYLE: Final = """
html{color-scheme:light;background:#fff;color:#1f2328}
html[data-theme=dark]{color-scheme:dark;background:#111418;color:#e6e8eb}
body{margin:0}
.sundog-loading{display:flex;align-items:center;gap:.6em;padding:1em;opacity:0;
font:14px/1.4 system-ui,sans-serif;animation:sundog-appear .2s .3s forwards}
.sundog-loading::before{content:"";width:1em;height:1em;border:2px solid;border-radius:50%;
border-right-color:transparent;animation:sundog-turn .8s linear infinite}
[data-loader=plain] .sundog-loading::before{content:none}
.sundog-failed{padding:1em;font:14px/1.4 system-ui,sans-serif}
@keyframes sundog-appear{to{opacity:.75}}
@keyframes sundog-turn{to{transform:rotate(1turn)}}
@media (prefers-reduced-motion:reduce){.sundog-loading::before{animation-duration:4s}}
"""

_PAGE: Final = """<!doctype html>
<html lang="{language}" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{icon}<script id="sundog-config" type="application/json">{config}</script>
<script id="jupyter-config-data" type="application/json">{jupyter}</script>
{script}<style>{style}</style>
{links}</head>
<body data-base-url="{base}" data-jp-theme-light="{light}" data-jp-theme-name="{name}">
{styles}<div id="sundog-status" role="status" aria-live="polite" data-loader="{loader}">\
<div class="sundog-loading">Loading…</div></div>
{menu}<main id="sundog-root" aria-busy="true"></main>
<noscript>This page needs JavaScript.</noscript>
{end}</body>
</html>
"""

# Text that would end a script element or a line in one, or start a comment in it.
_UNSAFE_IN_SCRIPT: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageConfig:
    """The content of one page. Addresses are complete, with the root path."""

    kernel: str
    page: str
    root: str
    mode: str
    title: str
    extensions: str
    # The first scripts of the widget libraries that the app will probably show.
    preloads: tuple[str, ...] = ()
    # Lets scripts run that are part of displayed output.
    nonce: str = ""
    theme: Theme = "auto"
    # What the page shows besides text while the app starts.
    loader: Literal["sundog", "solara", "plain"] = "sundog"
    # What the page does when its session has ended.
    expired: Literal["ask", "restart"] = "ask"
    # The URL that opens a file of the app at a line, in development.
    editor: str | None = None
    language: str = "en"
    # Whether the app uses Solara's components, which expect more in their page.
    solara: bool = False
    # The model of the only widget that the page shows, or an empty string for the whole app.
    widget: str = ""
    # Proves that the page is of its session, where the browser has no cookie for it.
    token: str = ""
    # The path below the root path, if the app is one of several.
    mount: str = ""
    # The app's own files. Its styles come after everything that widgets add to the head.
    styles: tuple[str, ...] = ()
    # Loaded before the page's own script.
    scripts: tuple[str, ...] = ()
    icon: str = ""
    # The menu of the app's pages, as HTML.
    menu: str = ""


def render_page(config: PageConfig, bundle: Bundle) -> bytes:
    """Return the page's HTML."""
    script = f"<script>{INLINE_SCRIPT}</script>\n"
    return render_document(config, script=script, links=_links(config, bundle))


def render_document(config: PageConfig, *, script: str, links: str, end: str = "") -> bytes:
    """Return a page with further elements at the start and end of its head, and at its end."""
    dark = config.theme == "dark"
    return _PAGE.format(
        language=html.escape(config.language),
        theme="dark" if dark else "light",
        loader=config.loader,
        title=html.escape(config.title),
        icon=f'<link rel="icon" href="{html.escape(config.icon)}">\n' if config.icon else "",
        config=script_json(
            {
                "kernel": config.kernel,
                "page": config.page,
                **({"token": config.token} if config.token else {}),
                "root": config.root,
                "mode": config.mode,
                "theme": config.theme,
                "expired": config.expired,
                **({} if config.editor is None else {"editor": config.editor}),
                "extensions": config.extensions,
                "solara": config.solara,
                **({"widget": config.widget} if config.widget else {}),
                **({"mount": config.mount} if config.mount else {}),
            }
        ),
        jupyter=script_json(
            {
                "baseUrl": f"{config.root}/",
                "fullLabextensionsUrl": f"{config.root}/_sundog/labextensions/latest",
            }
        ),
        script=script,
        style=_CRITICAL_STYLE,
        menu=config.menu,
        links=links,
        styles=_stylesheets(config.styles),
        end=end,
        base=html.escape(f"{config.root}/"),
        light="false" if dark else "true",
        name="JupyterLab Dark" if dark else "JupyterLab Light",
    ).encode()


def inline_script_hashes() -> tuple[str, ...]:
    """Return the hashes of the page's inline scripts, in the syntax of a policy (CSP)."""
    digest = hashlib.sha256(INLINE_SCRIPT.encode()).digest()
    return (f"'sha256-{base64.b64encode(digest).decode()}'",)


def script_json(value: object) -> str:
    """Return JSON that is safe in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_UNSAFE_IN_SCRIPT)


def _links(config: PageConfig, bundle: Bundle) -> str:
    files = bundle.files()
    base = config.root + bundle.address
    styles = (f"{base}/{style}" for style in files.styles)
    preloads = (f"{base}/{file}" for file in files.preloads)
    # The page requests this with fetch(), and a preload must match.
    listing = f'<link rel="preload" as="fetch" crossorigin href="{html.escape(config.extensions)}">'
    lines = [
        *(f'<link rel="modulepreload" href="{html.escape(file)}">' for file in preloads),
        *(
            f'<link rel="preload" as="script" href="{html.escape(script)}">'
            for script in config.preloads
        ),
        *([listing] if config.preloads else []),
        *(f'<script defer src="{html.escape(script)}"></script>' for script in config.scripts),
        f'<script type="module" nonce="{html.escape(config.nonce)}"'
        f' src="{html.escape(f"{base}/{files.entry}")}"></script>',
    ]
    return _stylesheets(styles) + "".join(line + "\n" for line in lines)


def _stylesheets(addresses: Iterable[str]) -> str:
    links = (f'<link rel="stylesheet" href="{html.escape(address)}">\n' for address in addresses)
    return "".join(links)
