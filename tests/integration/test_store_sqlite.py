"""Several processes and one SQLite file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sundog.store.sqlite import SqliteBackend
from tests.stores import session_in

WORKER = """
import sys
from pathlib import Path
from sundog.store.sqlite import SqliteBackend
from tests.stores import session_in
session = session_in(SqliteBackend(Path(sys.argv[1]), timeout=20))
for _ in range(100):
    session.increment("n")
"""


def test_processes_lose_nothing_and_start_together(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WORKER, str(path)]
    workers = [subprocess.Popen(command, cwd=root) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    backend = SqliteBackend(path)
    assert session_in(backend)["n"] == 300
    backend.close()
