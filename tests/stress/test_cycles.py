"""Pages that come and go leave nothing behind: no memory, no thread, no descriptor, no kernel."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from pathlib import Path

import pytest

from sundog.kernel.kernel import VirtualKernel
from sundog.registry import registry as registry_module
from sundog.scheduler.pool import default_size
from tests.browser.servers import AppServer
from tests.servers import make_server
from tests.stress.cycles import APP, ENVIRON, run_cycles, sample, slope, wait_until, watch_cycles

CYCLES = 200
ROUNDS, PER_ROUND = 40, 250
MOST_BYTES_PER_CYCLE = 1000
# Idle threads of the pool leave after ten seconds.
THREADS_LEAVE_SECONDS = 15.0
# Threads that the pool added while the machine was busy, and that have not left yet.
EXTRA_THREADS = 8


def test_nothing_is_left_of_a_few_hundred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels: weakref.WeakSet[VirtualKernel] = weakref.WeakSet()
    registries: list[registry_module.Registry] = []
    add = registry_module.Registry._add

    def note(self: registry_module.Registry, *args: object) -> object:
        if self not in registries:
            registries.append(self)
        entry = add(self, *args)  # type: ignore[arg-type]
        kernels.add(entry.kernel)
        return entry

    monkeypatch.setattr(registry_module.Registry, "_add", note)
    with make_server(tmp_path, APP, kernel_cull_timeout=0.05, handshake_rate=None) as server:
        run_cycles(server.port, 60)
        (registry,) = registries
        assert wait_until(lambda: not len(registry), 10)
        # The first collection, whose thread stays.
        time.sleep(1.5)
        before, others = sample(os.getpid(), 0), count_others()
        run_cycles(server.port, CYCLES)
        assert wait_until(lambda: not len(registry), 10)
        assert wait_until(lambda: gc.collect() >= 0 and not kernels, 10), len(kernels)

        now = sample(os.getpid(), CYCLES)
        assert now.descriptors <= before.descriptors
        assert count_others() <= others
        assert now.threads <= count_others() + default_size() + EXTRA_THREADS


def count_others() -> int:
    """Count the threads that don't run kernels."""
    return sum(thread.name != "sundog-kernel" for thread in threading.enumerate())


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_ten_thousand_leave_the_process_as_it_was(tmp_path: Path) -> None:
    app = tmp_path / "app" / "app.py"
    app.parent.mkdir()
    app.write_text(APP)
    server = AppServer(app, "--production", environ=ENVIRON)
    try:
        process = server.process.pid
        # So many at once that the pool has all the threads that it keeps.
        run_cycles(server.port, 200, visitors=16)
        time.sleep(THREADS_LEAVE_SECONDS)
        before = sample(process, 0)
        samples = list(watch_cycles(process, server.port, ROUNDS, PER_ROUND))
        assert slope(samples[len(samples) // 2 :]) < MOST_BYTES_PER_CYCLE, samples

        def is_back() -> bool:
            now = sample(process, 0)
            return now.descriptors <= before.descriptors and now.threads <= before.threads

        assert wait_until(is_back, 2 * THREADS_LEAVE_SECONDS), (before, sample(process, 0))
    finally:
        server.stop()
    assert "Traceback" not in server.log
