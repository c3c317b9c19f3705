"""Modules that Solara apps import from their server: thin adapters to Sundog's own objects.

`solara-ui`, the package of components, asks its server for the running kernel, the settings, and
what to watch for changes. Under Sundog, it gets replacements for these modules, written to match
its use of them. They exist only if `solara` is imported inside a Sundog process.
"""

from typing import Final

SOLARA_UI: Final = ">=1.64,<1.65"
"""The versions of ``solara-ui`` that Sundog is tested with, as a version specifier."""

REACTON: Final = ">=1.11,<2"
"""The versions of ``reacton`` that Sundog is tested with, as a version specifier."""
