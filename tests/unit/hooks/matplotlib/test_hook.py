"""matplotlib in kernels."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import ipywidgets
import pytest
from IPython.display import display

from sundog.hooks.matplotlib import hook
from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps
from tests.kernels import FakePage, close, run_in

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def mathtext(apps: Apps) -> None:
    import matplotlib.mathtext  # noqa: F401


def pictures(items: Any) -> list[str]:
    return [mime for item in items for mime in item.get("data", {}) if mime.startswith("image/")]


def test_show_puts_the_figures_into_the_page(kernel: VirtualKernel) -> None:
    def work() -> None:
        plt.plot([1, 2])
        plt.subplots()
        plt.show()
        assert plt.get_fignums() == []

    run_in(kernel, work)
    assert pictures(kernel.page_area.items) == ["image/png", "image/png"]


def test_a_figure_as_last_expression(apps: Apps) -> None:
    shown = apps.run(
        apps.script("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\nfig")
    )
    assert pictures(shown.items) == ["image/png"]


def test_open_figures_are_the_page_of_a_script_without_another(apps: Apps) -> None:
    shown = apps.run(apps.script("import matplotlib.pyplot as plt\nplt.plot([1, 2])"))
    assert pictures(shown.items) == ["image/png"]
    assert len(shown.items) == 1


def test_open_figures_are_not_shown_beside_a_page(apps: Apps) -> None:
    shown = apps.run(
        apps.script(
            """
            import ipywidgets as w, matplotlib.pyplot as plt
            fig, ax = plt.subplots()
            page = w.Label("page")
            """
        )
    )
    assert len(shown.items) == 1
    assert len(shown.shown_widgets()) == 1


def test_figures_of_a_notebooks_cell_follow_it(apps: Apps) -> None:
    shown = apps.run(
        apps.notebook(
            "%matplotlib inline\nimport matplotlib.pyplot as plt",
            "plt.plot([1]);\nprint('first')",
            "'second'",
        )
    )
    assert [item["output_type"] for item in shown.items] == [
        "stream",
        "display_data",
        "display_data",
    ]
    assert pictures(shown.items) == ["image/png"]


def test_a_figure_without_pyplot(kernel: VirtualKernel) -> None:
    from matplotlib.figure import Figure

    def work() -> None:
        figure = Figure()
        figure.subplots()
        display(figure)

    run_in(kernel, work)
    assert pictures(kernel.page_area.items) == ["image/png"]


def test_a_figure_left_open_is_shown_where_it_was_begun(kernel: VirtualKernel) -> None:
    page = FakePage(kernel)
    page.connect()

    def work() -> Any:
        button, out = ipywidgets.Button(), ipywidgets.Output()

        def draw(_: Any) -> None:
            with out:
                plt.plot([1, 2])

        button.on_click(draw)
        return button, out

    button, out = run_in(kernel, work)
    data = {"method": "custom", "content": {"event": "click"}}
    page.wait_for_ack(page.send(["msg", button.comm._comm_id, data]))
    assert pictures(out.outputs) == ["image/png"]
    assert kernel.page_area.items == []
    assert run_in(kernel, plt.get_fignums) == []


def test_interact_draws_into_its_output(kernel: VirtualKernel) -> None:
    def work() -> Any:
        made = ipywidgets.interactive(lambda x: plt.plot([x]) and None, x=(0, 5))
        made.children[0].value = 4
        return made.out

    assert pictures(run_in(kernel, work).outputs) == ["image/png"]


def test_figures_and_settings_are_the_kernels(apps: Apps) -> None:
    import matplotlib as mpl

    first, second = apps.kernel(), apps.kernel()
    width = mpl.rcParams["lines.linewidth"]

    def change() -> None:
        plt.figure()
        mpl.rcParams["lines.linewidth"] = width + 7
        plt.rc("axes", titlesize=30)
        plt.style.use("ggplot")
        mpl.rcParams.update({"font.size": 33})

    run_in(first, change)
    for read in (
        lambda: (plt.get_fignums(), mpl.rcParams["lines.linewidth"], mpl.rcParams["font.size"]),
        lambda: (
            plt.get_fignums(),
            dict(mpl.rcParams)["lines.linewidth"],
            mpl.rcParams["font.size"],
        ),
    ):
        assert run_in(first, read) == ([1], width + 7, 33)
        assert run_in(second, read) == read()
        assert read()[:2] == ([], width)


def test_a_context_of_settings_leaves_nothing_behind(kernel: VirtualKernel) -> None:
    import matplotlib as mpl

    def work() -> None:
        before = dict(mpl.rcParams)
        with plt.rc_context({"lines.linewidth": 99}), plt.style.context("dark_background"):
            assert mpl.rcParams["lines.linewidth"] == 99
            assert mpl.rcParams["axes.facecolor"] == "black"
        assert dict(mpl.rcParams) == before

    run_in(kernel, work)
    # What is everybody's is followed again.
    with plt.rc_context({"lines.linewidth": 5}):
        assert run_in(kernel, lambda: mpl.rcParams["lines.linewidth"]) == 5


def test_settings_can_be_copied(kernel: VirtualKernel) -> None:
    import matplotlib as mpl

    def work() -> None:
        mpl.rcParams["lines.linewidth"] = 42
        copies = [
            mpl.rcParams.copy(),
            copy.copy(mpl.rcParams),
            pickle.loads(pickle.dumps(mpl.rcParams)),
            mpl.rcParams.find_all("lines.linewidth"),
        ]
        mpl.rcParams["lines.linewidth"] = 1
        assert [made["lines.linewidth"] for made in copies] == [42] * 4
        copies[0]["lines.linewidth"] = 3
        assert mpl.rcParams["lines.linewidth"] == 1

    run_in(kernel, work)


def test_formats_of_figures_are_the_kernels(apps: Apps) -> None:
    svg = apps.runner(
        apps.notebook(
            "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']\n"
            "import matplotlib.pyplot as plt\nplt.plot([1]);"
        )
    )
    for _ in range(2):
        assert pictures(apps.show(svg).items) == ["image/svg+xml"]
    png = apps.run(apps.script("import matplotlib.pyplot as plt\nplt.plot([1])"))
    assert pictures(png.items) == ["image/png"]


def test_backends_are_the_kernels(apps: Apps) -> None:
    import matplotlib as mpl

    first, second = apps.kernel(), apps.kernel()
    shared = plt._get_backend_mod()
    run_in(first, lambda: mpl.use("agg"))
    assert run_in(first, mpl.get_backend) == "agg"
    assert run_in(first, plt._get_backend_mod) is not shared
    assert run_in(second, plt._get_backend_mod) is shared
    assert "inline" in run_in(second, mpl.get_backend)


def test_figures_end_with_their_kernel(apps: Apps) -> None:
    kernel = apps.host.throw_away_kernel()
    closed: list[Any] = []

    def work() -> None:
        figure = plt.figure()
        figure.canvas.manager.destroy = lambda: closed.append(figure)

    run_in(kernel, work)
    close(kernel)
    assert len(closed) == 1


def draw(number: int) -> bytes:
    plt.style.use("ggplot" if number % 2 else "default")
    figure, axes = plt.subplots(figsize=(2, 1.5))
    axes.plot([0, number, 1], linewidth=1 + number, label=rf"$x^{{{number}}}$")
    axes.set_title(rf"kernel {number} $\frac{{{number}}}{{2}}$")
    axes.legend()
    assert plt.get_fignums() == [1]
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    plt.close(figure)
    return picture.getvalue()


def in_threads(apps: Apps, count: int, work: Callable[[int], bytes]) -> list[bytes]:
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int, kernel: VirtualKernel) -> None:
        with kernel.entered():
            barrier.wait(20)
            results[number] = work(number)

    threads = [threading.Thread(target=run, args=(n, apps.kernel())) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_threads_draw_at_once_without_a_mix_up(apps: Apps) -> None:
    alone = [run_in(apps.kernel(), lambda number=number: draw(number)) for number in range(8)]
    assert in_threads(apps, 8, draw) == alone


def fresh(program: str) -> None:
    """Run a program in a process where matplotlib has not been imported."""
    result = subprocess.run(
        [sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_it_is_never_imported_by_the_hook_and_patched_whenever_it_is() -> None:
    fresh(
        """
        import sys
        from sundog.hooks.ipython import hook as ipython
        from sundog.hooks.matplotlib import hook
        uninstall_shell = ipython.install()
        uninstall = hook.install()
        assert "matplotlib" not in sys.modules
        import matplotlib, matplotlib.pyplot as plt
        from matplotlib._pylab_helpers import Gcf
        assert "inline" in matplotlib.get_backend()
        assert type(Gcf.figs).__name__ == "KernelFigures"
        plt.figure()
        uninstall()
        uninstall_shell()
        assert type(Gcf.figs).__name__ == "OrderedDict"
        assert list(Gcf.figs) == [1]
        assert type(matplotlib.rcParams) is matplotlib.RcParams
        assert not any(type(f).__name__ == "AfterImport" for f in sys.meta_path)
        plt.close("all")
        """
    )


def test_a_backend_that_the_user_names_is_left_alone() -> None:
    fresh(
        """
        import os
        os.environ["MPLBACKEND"] = "svg"
        from sundog.hooks.ipython import hook as ipython
        from sundog.hooks.matplotlib import hook
        ipython.install()
        hook.install()
        import matplotlib, matplotlib.pyplot as plt
        assert matplotlib.get_backend() == "svg"
        """
    )


def test_uninstall() -> None:
    import matplotlib as mpl

    before = (
        type(mpl.rcParams),
        mpl._pylab_helpers.Gcf.figs,
        plt._get_backend_mod,
        plt.switch_backend,
    )
    uninstall = hook.install()
    uninstall()
    assert before == (
        type(mpl.rcParams),
        mpl._pylab_helpers.Gcf.figs,
        plt._get_backend_mod,
        plt.switch_backend,
    )


def test_what_is_replaced_exists() -> None:
    import matplotlib as mpl
    from matplotlib_inline import backend_inline, config

    params = mpl.RcParams
    assert {"_set", "_get", "copy", "find_all"} <= set(vars(params))
    assert {"figs", "_set_new_active_manager", "destroy_all"} <= set(vars(mpl._pylab_helpers.Gcf))
    assert {"_get_backend_mod", "switch_backend", "_backend_mod", "rcParamsDefault"} <= set(
        vars(plt)
    )
    assert {"show", "flush_figures", "configure_inline_support", "display"} <= set(
        vars(backend_inline)
    )
    assert hasattr(config.InlineBackend, "instance")
    assert hasattr(mpl.mathtext.MathTextParser, "parse")
