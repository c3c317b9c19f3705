"""An app sets up `logging` as Python's documentation says, beside the log of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands import Commands, url_of

SCRIPT = """\
import logging

import ipywidgets as w

logging.basicConfig(level=logging.INFO, format="app %(name)s: %(message)s")
logging.getLogger("mine").info("at info")
logging.basicConfig(level=logging.INFO, format="forced %(name)s: %(message)s", force=True)
logging.getLogger("mine").info("after force")
w.Label("shown")
"""
MODULE = """\
import logging
logging.basicConfig(level=logging.INFO, format="module %(name)s: %(message)s", force=True)
"""


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Commands]:
    commands = Commands(tmp_path)
    yield commands
    commands.close()


@pytest.mark.parametrize("mode", [(), ("--production",)])
def test_basic_config_works_and_the_servers_lines_stay_clean(
    mode: tuple[str, ...], command: Commands, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("import set_up_logging\n" + SCRIPT)
    # A module is for all kernels, and for what runs outside of them.
    (tmp_path / "set_up_logging.py").write_text(MODULE)
    process = command("run", "app.py", "--port", "0", "--no-open", "--access-log", *mode)
    url = url_of(process)
    kernel_id = "0123456789abcdef.0123456789abcdef"
    httpx.post(f"{url}/_sundog/kernel/{kernel_id}/close")
    process.terminate()
    log = process.communicate(timeout=60)[1]
    assert "module mine: at info" in log
    assert "forced mine: after force" in log
    assert "/_sundog/kernel/01234567/close" in log
    assert kernel_id not in log


def test_without_a_module_basic_config_of_the_app_counts(command: Commands, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SCRIPT)
    process = command("run", "app.py", "--port", "0", "--no-open")
    url_of(process)
    process.terminate()
    log = process.communicate(timeout=60)[1]
    assert "app mine: at info" in log
    assert "forced mine: after force" in log
