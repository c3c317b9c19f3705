"""Finds how much memory this machine has, or the container that limits this process.

A container's limit is that of its control groups: `memory.max` of version 2 (docs.kernel.org,
admin-guide/cgroup-v2), `memory.limit_in_bytes` of version 1. Each group on the way to the root may
have a limit; the smallest applies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_V2_MOUNT: Final = "sys/fs/cgroup"
_V1_MOUNT: Final = "sys/fs/cgroup/memory"


def total_memory(root: Path = Path("/")) -> int | None:
    """Return the bytes of memory that this process could use, or None if unknown."""
    found = [*_group_limits(root), *_physical()]
    return min(found, default=None)


def _physical() -> Iterator[int]:
    try:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return


def _group_limits(root: Path) -> Iterator[int]:
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        # The number of the hierarchy, its controllers (none in version 2), the path of the group.
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield from _limits(root / _V2_MOUNT, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits(root / _V1_MOUNT, path, "memory.limit_in_bytes")


def _limits(mount: Path, path: str, name: str) -> Iterator[int]:
    # Inside a container, the path may be that of the host, and the mount the group itself.
    group = mount / path.lstrip("/")
    for folder in (group, *group.parents):
        if not folder.is_relative_to(mount):
            return
        try:
            text = (folder / name).read_text().strip()
        except (OSError, ValueError):
            continue
        if text.isdigit():
            yield int(text)
