"""32 kernels that draw at once, in their own styles, with formulas."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest

from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps, app_host
from tests.kernels import run_in

KERNELS = 32
ROUNDS = 3


def draw(number: int) -> bytes:
    import matplotlib.pyplot as plt

    plt.style.use("ggplot" if number % 2 else "default")
    plt.rcParams["lines.linewidth"] = 1 + number % 5
    figure, axes = plt.subplots(figsize=(4, 3))
    for power in range(3):
        axes.plot(
            [0, number, power], label=rf"$\alpha_{{{number}}}\frac{{x^{power}}}{{\sqrt{{2}}}}$"
        )
    axes.set_title(rf"kernel {number} $\int_0^{{{number}}} e^{{-x^2}}dx$")
    axes.imshow([[0, 1], [2, 3]], cmap=["viridis", "magma", "plasma"][number % 3], aspect="auto")
    axes.legend()
    figure.tight_layout()
    assert plt.get_fignums() == [1]
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    plt.close(figure)
    return picture.getvalue()


def draw_together(apps: Apps) -> list[Any]:
    pictures: list[Any] = [None] * KERNELS
    barrier = threading.Barrier(KERNELS)

    def work(number: int, kernel: VirtualKernel) -> None:
        with kernel.entered():
            barrier.wait(60)
            pictures[number] = draw(number)

    threads = [
        threading.Thread(target=work, args=(number, apps.kernel())) for number in range(KERNELS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return pictures


@pytest.mark.stress
def test_every_picture_is_what_it_would_be_alone(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with app_host() as host:
        apps = Apps(host, tmp_path)
        alone = [run_in(apps.kernel(), lambda n=n: draw(n)) for n in range(KERNELS)]
        for _ in range(ROUNDS):
            assert draw_together(apps) == alone
        apps.close()
