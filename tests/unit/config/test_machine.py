"""How much memory a machine or a container has."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.config import Mode, Settings, settings
from sundog.config.machine import total_memory

MIB = 1 << 20
GIB = 1 << 30


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # A container with version 2: the group is the root of what it sees.
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{512 * MIB}\n"}, 512 * MIB),
        # A service of systemd: the limit is that of a group above.
        (
            {
                "proc/self/cgroup": "0::/system.slice/app.service/inner\n",
                "sys/fs/cgroup/system.slice/app.service/inner/memory.max": "max\n",
                "sys/fs/cgroup/system.slice/app.service/memory.max": f"{300 * MIB}\n",
                "sys/fs/cgroup/system.slice/memory.max": f"{400 * MIB}\n",
            },
            300 * MIB,
        ),
        # Version 1: in a container the path is that of the host, and not there.
        (
            {
                "proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/0123\n1:name=systemd:/docker\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{256 * MIB}\n",
            },
            256 * MIB,
        ),
        (
            {
                "proc/self/cgroup": "4:cpuset,memory:/group\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "sys/fs/cgroup/memory/group/memory.limit_in_bytes": f"{128 * MIB}\n",
            },
            128 * MIB,
        ),
    ],
)
def test_a_group_bounds_it(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    write(tmp_path, files)
    assert total_memory(tmp_path) == expected


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"proc/self/cgroup": "0::/\n"},
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"},
        {"proc/self/cgroup": "nonsense\n\n0::/../../etc\n"},
        # Version 1 without a limit says a number that no machine has.
        {
            "proc/self/cgroup": "4:memory:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    ],
)
def test_without_a_limit_the_machine_bounds_it(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    memory = total_memory(tmp_path)
    assert memory == total_memory(tmp_path / "nothing")
    assert memory is None or 10 * MIB < memory < 1 << 50


@pytest.mark.parametrize(
    ("memory", "kernels", "limit"),
    [(8 * GIB, 16384, int(6.8 * GIB)), (16 * MIB, 100, int(13.6 * MIB)), (None, None, None)],
)
def test_what_follows_for_kernels_and_memory(
    monkeypatch: pytest.MonkeyPatch, memory: int | None, kernels: int | None, limit: int | None
) -> None:
    monkeypatch.setattr(settings, "total_memory", lambda: memory)
    assert (Settings().kernel_bound, Settings().memory_bound) == (kernels, limit)
    developing = Settings(mode=Mode.DEVELOPMENT)
    assert (developing.kernel_bound, developing.memory_bound) == (None, None)
    given = Settings(kernel_max_count=5, memory_limit=None)
    assert (given.kernel_bound, given.memory_bound) == (5, None)
