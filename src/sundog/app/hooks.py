"""The hooks that let apps print, display and draw, in the order of their installation."""

from __future__ import annotations

from sundog.hooks.core import asking, breakpoints, leaving, main_module, stdio
from sundog.hooks.core.install import Install
from sundog.hooks.ipython import hook as ipython
from sundog.hooks.libraries import (
    altair,
    anywidget,
    ipypopout,
    ipyvue,
    ipyvuetify,
    itables,
    pandas,
    perspective,
    plotly,
    rich,
    tqdm,
)
from sundog.hooks.matplotlib import hook as matplotlib
from sundog.hooks.process import (
    asyncio_run,
    exception_hooks,
    exit_callbacks,
    fork,
    shared_settings,
    signals,
    spawn,
)
from sundog.hooks.process import logging as logging_hook
from sundog.hooks.widgets import output_widget

APP_HOOKS: tuple[Install, ...] = (
    main_module.install,
    stdio.install,
    asking.install,
    breakpoints.install,
    leaving.install,
    logging_hook.install,
    exception_hooks.install,
    exit_callbacks.install,
    signals.install,
    fork.install,
    shared_settings.install,
    asyncio_run.install,
    spawn.install,
    ipython.install,
    output_widget.install,
    matplotlib.install,
    ipyvue.install,
    ipyvuetify.install,
    anywidget.install,
    altair.install,
    ipypopout.install,
    plotly.install,
    perspective.install,
    itables.install,
    pandas.install,
    tqdm.install,
    rich.install,
)
