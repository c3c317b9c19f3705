"""How the time that stopping may take is divided."""

from __future__ import annotations

import pytest

from sundog.server.shutdown import divide


@pytest.mark.parametrize("total", [0.0, 0.5, 2.0, 9.0, 10.0, 600.0])
def test_the_parts_are_no_more_than_the_whole(total: float) -> None:
    kernels, sockets, process = divide(total)
    assert kernels + sockets + process == pytest.approx(total)
    assert min(kernels, sockets, process) >= 0.0
    # Clean-ups get most of it, and a long time is not wasted.
    assert kernels >= 0.6 * total
    assert total - kernels <= 3.0
