"""The limit of open files and connections."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sundog.server.descriptors import last_descriptor

CODE = """
import logging, resource
logging.basicConfig(format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from sundog.server.descriptors import descriptor_limit, raise_limit
raise_limit()
print(descriptor_limit())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("soft", "hard", "few"), [(256, 1024, True), (512, 4096, False)])
def test_it_is_raised_as_far_as_it_may(soft: int, hard: int, few: bool) -> None:
    command = [sys.executable, "-c", CODE.format(soft=soft, hard=hard)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{hard}\n"
    assert ("can have 1024 files and connections" in ended.stderr) == few


def test_some_are_kept() -> None:
    assert last_descriptor(1024) == 959
    assert last_descriptor(40) == 29
    assert last_descriptor(None) is None
