"""``sundog export``: writes an app's current state as one page that needs no server."""

from sundog.export.document import export
from sundog.export.recording import Recording, record

__all__ = ["Recording", "export", "record"]
