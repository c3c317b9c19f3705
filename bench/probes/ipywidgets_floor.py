"""Run by an interpreter that has ipywidgets: `ipywidgets_floor.py small|big|event COUNT`.

Without a kernel the `comm` package's own comms send nothing, so what is left is ipywidgets.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from types import CodeType
from typing import Any

APPS = Path(__file__).parent.parent / "apps"


def resident() -> int:
    """Return this process's resident memory in bytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def run(code: CodeType) -> dict[str, Any]:
    """Execute an app in a fresh namespace."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(code, namespace)
    return namespace


def build(app: str, count: int) -> dict[str, float]:
    """Return the ms to run an app, and the KB that it holds, on average."""
    code = compile((APPS / f"{app}.py").read_text(), app, "exec")
    kept = [run(code), run(code)]
    gc.collect()
    before, times = resident(), []
    for _ in range(count):
        started = time.perf_counter()
        kept.append(run(code))
        times.append(time.perf_counter() - started)
    memory = (resident() - before) / count
    return {"build": 1000 * sorted(times)[count // 2], "memory": memory / 1000}


def event(count: int) -> dict[str, float]:
    """Return the ms that a slider's event costs until the label's message is sent."""
    namespace = run(compile((APPS / "events.py").read_text(), "events", "exec"))
    slider = namespace["slider"]
    started = time.perf_counter()
    for value in range(1, count + 1):
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        slider.comm.handle_msg({"content": {"data": data}, "buffers": []})
    elapsed = time.perf_counter() - started
    if namespace["label"].value != f"value {count}":
        raise RuntimeError("the label did not follow the slider")
    return {"event": 1000 * elapsed / count}


if __name__ == "__main__":
    kind, count = sys.argv[1], int(sys.argv[2])
    print(json.dumps(event(count) if kind == "event" else build(kind, count)))
