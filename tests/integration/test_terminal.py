"""What stands in a terminal, on a real one."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.patience import PATIENCE

STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """A pseudo-terminal in which `sundog run app.py` runs."""

    def __init__(self, folder: Path, *arguments: str, **environ: str) -> None:
        kept = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "FORCE_COLOR")}
        self._master, slave = pty.openpty()
        line = [sys.executable, "-m", "sundog", "run", "app.py", "--no-open", "--port", "0"]
        self.process = subprocess.Popen(
            [*line, *arguments],
            cwd=folder,
            env={**kept, "TERM": "xterm-256color", "XDG_STATE_HOME": str(folder), **environ},
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        os.set_blocking(self._master, False)
        self.text = ""

    def wait_for(self, pattern: str) -> str:
        """Return all that is shown, once it matches, without colours."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.text += os.read(self._master, 65536).decode()
            except (BlockingIOError, OSError):
                time.sleep(0.02)
            plain = STYLE.sub("", self.text).replace("\r", "")
            if re.search(pattern, plain):
                return plain
            assert time.monotonic() < end, self.text

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, f"{text}\n".encode())

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        os.close(self._master)


def test_breakpoint_opens_the_debugger_in_the_terminal(tmp_path: Path) -> None:
    source = "import ipywidgets\nvalue = 41\nbreakpoint()\nipywidgets.Label(str(value))\n"
    (tmp_path / "app.py").write_text(source)
    terminal = Terminal(tmp_path)
    try:
        terminal.wait_for(r"\(Pdb\)")
        terminal.type("p value * 2")
        terminal.wait_for(r"\n82\n")
        terminal.type("c")
        terminal.wait_for(r"mode at http")
    finally:
        terminal.close()


@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}])
def test_an_app_that_can_not_start_and_its_mend(tmp_path: Path, environ: dict[str, str]) -> None:
    app = tmp_path / "app.py"
    app.write_text("import ipywidgets\nimport helper\nipywidgets.Label(helper.TEXT)\n")
    helper = tmp_path / "helper.py"
    helper.write_text("TEXT = (\n")
    terminal = Terminal(tmp_path, **environ)
    try:
        shown = terminal.wait_for("SyntaxError: '\\(' was never closed\n")
        assert f"  {app}:2\n    > 2  import helper\n" in shown
        assert f"  {helper}:1\n    > 1  TEXT = (\n" in shown
        assert "Traceback (most" not in shown
        assert "importlib" not in shown
        assert bool(re.search(r"\x1b\[[0-9;]*3[16]m", terminal.text)) is not bool(environ)
        helper.write_text("TEXT = unknown\n")
        assert "    > 1  TEXT = unknown\n" in terminal.wait_for("NameError: name 'unknown'")
        helper.write_text("TEXT = 'well'\n")
        terminal.wait_for(r"helper\.py changed: \S+ ran in")
    finally:
        terminal.close()


def test_production_stops_with_it(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print('begins')\n1 / 0\n")
    terminal = Terminal(tmp_path, "--production")
    try:
        shown = terminal.wait_for(r"Error: .*could not run")
        assert "    > 2  1 / 0" in shown
        assert terminal.process.wait(PATIENCE) == 1
    finally:
        terminal.close()
