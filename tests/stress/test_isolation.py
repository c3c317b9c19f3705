"""Many threads and many kernels at once, and nobody ever sees anything of another."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ipywidgets
import pytest

from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from tests.kernels import FakePage, close, run_in
from tests.patience import PATIENCE

MakeKernel = Callable[[], VirtualKernel]

SIZES = [
    pytest.param(4, 4, 20, id="small"),
    pytest.param(32, 32, 40, id="large", marks=[pytest.mark.stress, pytest.mark.timeout(600)]),
]


class User:
    """One browser: a kernel with a small app, whose every value carries the user's name."""

    def __init__(self, name: str, kernel: VirtualKernel, singleton: ipywidgets.Text) -> None:
        self.name = name
        self.kernel = kernel
        self.singleton = singleton
        self.mixed: list[str] = []
        self.done = threading.Event()
        self.page = FakePage(kernel, f"page-of-{name}")
        self.page.connect()

    def build(self) -> None:
        self.text = ipywidgets.Text()
        self.label = ipywidgets.Label()
        self.text.observe(self.changed, "value")
        self.singleton.value = self.name
        self.text_id = self.text.model_id

    def check(self, where: str) -> None:
        kernel = current_kernel()
        if kernel is not self.kernel:
            self.mixed.append(f"{where}: kernel {kernel and kernel.log_id}")
        if self.singleton.value.partition(" ")[0] != self.name:
            self.mixed.append(f"{where}: singleton of {self.singleton.value}")

    def changed(self, change: Any) -> None:
        self.check("callback")
        self.label.value = f"{self.name} {change['new']}"

    def work(self, where: str, rounds: int) -> None:
        """What a thread of the kernel does."""
        for number in range(rounds):
            self.check(where)
            self.singleton.value = f"{self.name} {where} {number}"
            ipywidgets.Label(f"{self.name} {number}").close()

    async def coroutine(self, rounds: int) -> None:
        for _ in range(rounds):
            self.check("coroutine")
            await asyncio.sleep(0)
            await asyncio.to_thread(self.check, "to_thread")
            await asyncio.get_running_loop().run_in_executor(None, self.check, "executor")

    def start(self, pool: ThreadPoolExecutor, rounds: int) -> None:
        """Start a thread, jobs of a pool that all users share, and a coroutine."""
        thread = threading.Thread(target=self.work, args=("thread", rounds))
        thread.start()
        job = pool.submit(self.work, "job", rounds)

        async def wait() -> None:
            try:
                await self.coroutine(rounds)
                await asyncio.wrap_future(job)
                await asyncio.to_thread(thread.join)
            finally:
                self.done.set()

        self.kernel.namespace["task"] = asyncio.ensure_future(wait())

    def verify(self, everybody: set[str]) -> None:
        assert self.mixed == []
        self.page.read()
        others = everybody - {self.name}
        own = {message[1] for message in self.page.messages if message[0] == "open"}
        for message in self.page.messages:
            assert message[1] in own, "a message for a widget of somebody else"
            assert not any(f"{other} " in str(message) for other in others)


@pytest.mark.parametrize(("threads", "kernels", "rounds"), SIZES)
def test_nothing_is_mixed_up(
    make_hosted: MakeKernel, threads: int, kernels: int, rounds: int
) -> None:
    singleton = ipywidgets.Text("nobody")
    users = [User(f"<user-{n}>", make_hosted(), singleton) for n in range(kernels)]
    for user in users:
        run_in(user.kernel, user.build)
    locks = {user.name: threading.Lock() for user in users}

    def browse(seed: int) -> None:
        """Be one network thread that carries messages of whichever user comes."""
        order = random.Random(seed)
        for number in range(rounds):
            user = order.choice(users)
            with locks[user.name]:
                user.page.update(user.text_id, value=f"{seed}/{number}")
                user.page.read()

    with ThreadPoolExecutor(8) as pool:
        for user in users:
            run_in(user.kernel, lambda user=user: user.start(pool, rounds))  # type: ignore[misc]
        browsers = [threading.Thread(target=browse, args=(seed,)) for seed in range(threads)]
        for browser in browsers:
            browser.start()
        for browser in browsers:
            browser.join(10 * PATIENCE)
        for user in users:
            assert user.done.wait(10 * PATIENCE)
            run_in(user.kernel, lambda: None)

    everybody = {user.name for user in users}
    for user in users:
        user.verify(everybody)
    assert singleton.value == "nobody"


@pytest.mark.parametrize(("threads", "kernels", "rounds"), SIZES)
def test_kernels_open_and_close_meanwhile(
    make_hosted: MakeKernel, threads: int, kernels: int, rounds: int
) -> None:
    """Every one that opens gets its own widgets, however many close at the same time."""
    singleton = ipywidgets.Text("nobody")
    wrong: list[str] = []
    make = threading.Lock()

    def open_and_close(seed: int) -> None:
        for number in range(max(2, rounds * kernels // threads // 8)):
            with make:
                kernel = make_hosted()
            user = User(f"<user-{seed}-{number}>", kernel, singleton)
            run_in(kernel, user.build)
            user.page.wait_for_ack(user.page.update(user.text_id, value="x"))
            if user.label.value != f"{user.name} x" or user.mixed:
                wrong.append(f"{user.label.value} {user.mixed}")
            close(kernel)

    workers = [threading.Thread(target=open_and_close, args=(seed,)) for seed in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10 * PATIENCE)

    assert wrong == []
    assert singleton.value == "nobody"
