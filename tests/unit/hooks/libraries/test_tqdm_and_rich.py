"""tqdm's bars and rich's console in kernels."""

from __future__ import annotations

import io
import threading

from sundog.app.host import Host
from tests.apps import VIEW, Apps
from tests.kernels import eventually, run_in

BARS = """
from tqdm.auto import tqdm
bar = tqdm(range(3), desc="here", leave=True)
assert list(bar) == [0, 1, 2]
tqdm.write("between")
"""

CONSOLE = """
import rich
rich.print("[red]one[/]")
rich.print("two")
"""


def test_bars_are_widgets_in_kernels(apps: Apps) -> None:
    shown = apps.run(apps.script(BARS))
    assert VIEW in shown.items[0]["data"]
    bar = shown.widget("bar")
    assert (bar.container.children[1].value, bar.monitor_interval) == (3, 0)


def test_a_bar_knows_of_its_kernels_bars_only(apps: Apps) -> None:
    runner = apps.runner(apps.script("from tqdm.auto import tqdm\nbar = tqdm(total=9)"))
    one, other = apps.show(runner), apps.show(runner)
    bars = one.widget("bar"), other.widget("bar")
    assert list(run_in(one.kernel, lambda: list(bars[0]._instances))) == [bars[0]]
    assert list(run_in(other.kernel, lambda: list(bars[0]._instances))) == [bars[1]]


def test_a_bar_is_a_line_where_no_page_is(host: Host) -> None:
    from tqdm.auto import tqdm

    terminal = io.StringIO()
    assert list(tqdm(range(3), file=terminal)) == [0, 1, 2]
    assert "3/3" in terminal.getvalue()


WATCHED = """
import io, ipywidgets, tqdm.std
bar = tqdm.std.tqdm(total=9, maxinterval=0, file=io.StringIO())
unset, bar.miniters = bar.miniters, 5
monitor = tqdm.std.TMonitor(tqdm.std.tqdm, 0.001)
ipywidgets.Label("there")
"""


def test_the_thread_that_refreshes_bars_sees_to_the_terminal_only(apps: Apps) -> None:
    from tqdm._monitor import TMonitor
    from tqdm.std import tqdm

    outside = tqdm(total=9, miniters=9, maxinterval=0, file=io.StringIO())
    shown = apps.run(apps.script(WATCHED))
    monitor = shown.widget("monitor")
    try:
        eventually(lambda: outside.miniters == 1)
        assert monitor.is_alive()
    finally:
        # That of the first run, too.
        for thread in threading.enumerate():
            if isinstance(thread, TMonitor):
                thread.exit()
        outside.close()
    # It needs nobody: at every step it asks the clock.
    assert (shown.widget("unset"), shown.widget("bar").miniters) == (1, 5)


def test_what_rich_prints_is_displayed(apps: Apps) -> None:
    shown = apps.run(apps.script(CONSOLE))
    html = [item["data"]["text/html"] for item in shown.items]
    assert "color: #800000" in html[0]
    assert "two" in html[1]


def test_each_kernel_has_its_own_console(apps: Apps) -> None:
    source = "import rich\nconsole = rich.get_console()\nrich.print(1)"
    runner = apps.runner(apps.script(source))
    one, other = apps.show(runner), apps.show(runner)
    assert one.widget("console") is not other.widget("console")
    assert one.widget("console").is_jupyter
