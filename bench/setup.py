"""The peer's own virtual environment."""

import os
import subprocess
import venv
from pathlib import Path

SOLARA = "solara==1.64.0"
FOLDER = Path(__file__).parent / ".solara"


def peer_python() -> Path:
    """Return the interpreter that has the peer: `$BENCH_SOLARA` (a venv), else `bench/.solara`."""
    folder = Path(os.environ.get("BENCH_SOLARA", FOLDER))
    return folder / "bin" / "python"


def install_peer() -> None:
    """Make the environment and install the peer from the package index."""
    venv.create(FOLDER, with_pip=True)
    command = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", SOLARA]
    subprocess.run(command, check=True)
