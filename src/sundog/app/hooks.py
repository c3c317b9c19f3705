"""What is replaced in other libraries so that apps print, display and draw, in order."""

from __future__ import annotations

from sundog.hooks import (
    altair,
    anywidget,
    ipypopout,
    ipython,
    ipyvue,
    ipyvuetify,
    itables,
    main_module,
    matplotlib,
    output_widget,
    perspective,
    plotly,
    rich,
    stdio,
    tqdm,
)
from sundog.hooks.install import Install

APP_HOOKS: tuple[Install, ...] = (
    main_module.install,
    stdio.install,
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
    tqdm.install,
    rich.install,
)
