"""What existing Solara apps import of their server: thin adapters over Sundog's own objects.

`solara-ui`, the package of components, asks its server which kernel is running, how it is set up
and what to watch for changes. Under Sundog it finds stand-ins for those modules, made from how it
uses them. They are there only once `solara` is imported inside of a Sundog process.
"""

from typing import Final

SOLARA_UI: Final = ">=1.64,<1.65"
"""The versions of ``solara-ui`` that Sundog is tested with, as a version specifier."""

REACTON: Final = ">=1.11,<2"
"""The versions of ``reacton`` that Sundog is tested with, as a version specifier."""
