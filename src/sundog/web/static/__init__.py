"""Files for the browser: the front end, assets, widget libraries."""

from sundog.web.static.assets import (
    ContentCache,
    Files,
    accepted_codings,
    is_hashed,
    media_type,
    not_found,
)
from sundog.web.static.cdn import Cdn
from sundog.web.static.codings import compress_quickly
from sundog.web.static.extension_files import ExtensionFiles
from sundog.web.static.extensions import ExtensionRules, Extensions

__all__ = [
    "Cdn",
    "ContentCache",
    "ExtensionFiles",
    "ExtensionRules",
    "Extensions",
    "Files",
    "accepted_codings",
    "compress_quickly",
    "is_hashed",
    "media_type",
    "not_found",
]
