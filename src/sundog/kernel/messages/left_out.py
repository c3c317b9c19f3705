"""The comms that a full state left out, so that some page may not know them.

No page shows them, and nothing that a page shows refers to them. Before a message that names one of
them, the outbox must get the message that opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sundog.protocol import Outgoing

# Ids of comms, as in the text of messages.
ID_LENGTH = 32


class LeftOut:
    """A set of comm ids. The outbox uses it under its lock.

    All ids have `ID_LENGTH` characters and end in `suffix`, which occurs nowhere else.
    """

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix.encode()
        self._ids: set[str] = set()
        self._encoded: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, comm_id: str) -> bool:
        return comm_id in self._ids

    def add(self, ids: Iterable[str]) -> None:
        """Add the comms that another full state has left out."""
        new = set(ids)
        self._ids |= new
        self._encoded.update(each.encode() for each in new)

    def remove(self, comm_id: str) -> bool:
        """Remove a comm that is opened now, or closed. Returns whether it was there."""
        if comm_id not in self._ids:
            return False
        self._ids.remove(comm_id)
        self._encoded.remove(comm_id.encode())
        return True

    def is_named_in(self, message: Outgoing) -> bool:
        """Return whether a message names any. Every message is checked while there are some."""
        text, suffix, ids = message.text, self._suffix, self._encoded
        at = text.find(suffix)
        while at >= 0:
            end = at + len(suffix)
            if text[end - ID_LENGTH : end] in ids:
                return True
            at = text.find(suffix, end)
        return False

    def named_in(self, message: Outgoing) -> set[str]:
        """Return those of them that a message names."""
        return {found for found in named_ids(message, self._suffix) if found in self._ids}


def named_ids(message: Outgoing, suffix: bytes) -> Iterator[str]:
    """Yield the ids that end in a suffix and occur in a message, which may name one twice."""
    text = message.text
    at = text.find(suffix)
    while at >= 0:
        end = at + len(suffix)
        yield text[max(0, end - ID_LENGTH) : end].decode(errors="replace")
        at = text.find(suffix, end)
