"""matplotlib draws into the page; each kernel has its own figures and settings of pyplot.

Upstream reasons:

- pyplot keeps its figures in one table per process (``Gcf.figs``), its settings in one dict
  (`matplotlib.rcParams`), and the backend in one variable.
- The backend for notebooks keeps figures to draw in attributes of a function, and its configuration
  in a singleton.
- The parser of formulas exists once per process and keeps its state between steps: two threads that
  draw formulas at the same time get errors, or each other's formulas.
- A server has no screen, so the backend for notebooks is the default, unless ``MPLBACKEND`` names
  another one.

matplotlib is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.replaced import Replaced
from sundog.hooks.matplotlib.figures import (
    KernelFigures,
    States,
    kernel_rc_class,
    kernel_rc_context,
)
from sundog.hooks.matplotlib.inline import KernelConfigure, KernelShow, make_flush
from sundog.kernel import current_kernel
from sundog.scope import current_scope

INLINE = "matplotlib_inline.backend_inline"
BACKEND = f"module://{INLINE}"
INLINE_NAMES = ("inline", BACKEND)


def install() -> Callable[[], None]:
    """Wait for matplotlib; return a function that undoes all replacements."""
    hook = _Hook()
    return after_import(
        {
            "matplotlib": hook.patch_settings,
            "matplotlib._pylab_helpers": hook.patch_figures,
            "matplotlib_inline.config": hook.patch_configuration,
            INLINE: hook.patch_backend,
            "matplotlib.pyplot": hook.patch_pyplot,
            "matplotlib.mathtext": hook.patch_mathtext,
        }
    )


def close_figures() -> None:
    """Close the running kernel's figures that would be shown when its code ends."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is None:
        return
    for manager in helpers.Gcf.get_all_fig_managers():
        # Figures that are widgets are shown by the code that adds them to the page.
        if type(manager.canvas).__name__ == "FigureCanvasAgg":
            helpers.Gcf.destroy(manager)


def _close_all() -> None:
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is not None:
        helpers.Gcf.destroy_all()


class _Hook:
    def __init__(self) -> None:
        self._states = States(_close_all)
        self._lock = threading.RLock()
        # The lock guards pyplot's variable while a kernel switches its backend.

    # matplotlib ----------------------------------------------------------------------------------

    def patch_settings(self, module: ModuleType, replaced: Replaced) -> None:
        params: Any = module.rcParams
        original = type(params)
        params.__class__ = kernel_rc_class(original)

        def restore() -> None:
            params.__class__ = original

        replaced.callback(restore)
        if not hasattr(original, "_update_raw"):
            replaced.set(module, "rc_context", kernel_rc_context(module))
        if "MPLBACKEND" not in os.environ:
            params._set("backend", BACKEND)

    def patch_figures(self, module: ModuleType, replaced: Replaced) -> None:
        table: Any = module.Gcf
        self._states.shared.figures = table.figs
        replaced.set(table, "figs", KernelFigures(self._states))
        adopt = table._set_new_active_manager

        def adopt_with_scope(manager: Any) -> None:
            # An open figure is shown where it was created.
            manager._sundog_scope = current_scope()
            adopt(manager)

        replaced.set(table, "_set_new_active_manager", staticmethod(adopt_with_scope))

    def patch_mathtext(self, module: ModuleType, replaced: Replaced) -> None:
        parser: Any = module.MathTextParser
        parse = parser.parse
        # The lock guards the parser's state; no code of an app runs under it.
        lock = threading.RLock()

        @functools.wraps(parse)
        def parse_alone(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return parse(*args, **kwargs)

        replaced.set(parser, "parse", parse_alone)

    # pyplot --------------------------------------------------------------------------------------

    def patch_pyplot(self, module: ModuleType, replaced: Replaced) -> None:
        pyplot: Any = module
        get_backend, switch = pyplot._get_backend_mod, pyplot.switch_backend

        def get_kernel_backend() -> Any:
            backend = self._states.current().backend
            return get_backend() if backend is None else backend

        def switch_backend(newbackend: str) -> None:
            if current_kernel() is None:
                switch(newbackend)
                return
            defaults = pyplot.rcParamsDefault
            with self._lock:
                former = pyplot._backend_mod, defaults._get("backend")
                try:
                    switch(newbackend)
                    self._states.current().backend = pyplot._backend_mod
                finally:
                    pyplot._backend_mod = former[0]
                    defaults._set("backend", former[1])

        switch_backend.__doc__ = switch.__doc__
        replaced.set(pyplot, "_get_backend_mod", get_kernel_backend)
        replaced.set(pyplot, "switch_backend", switch_backend)
        if "MPLBACKEND" not in os.environ:
            # Now, and outside of any kernel, so that it is the shared default.
            switch(BACKEND)

    # matplotlib_inline ---------------------------------------------------------------------------

    def patch_configuration(self, module: ModuleType, replaced: Replaced) -> None:
        configuration: Any = module.InlineBackend
        states = self._states
        instance = configuration.__dict__.get("instance")
        shared_instance = configuration.instance

        def kernel_instance(cls: Any, *args: Any, **kwargs: Any) -> Any:
            shared = shared_instance(*args, **kwargs)
            state = states.current()
            if state is states.shared or cls is not configuration:
                return shared
            if state.inline is None:
                values = {name: getattr(shared, name) for name in shared.trait_names(config=True)}
                state.inline = cls(parent=shared.parent)
                state.inline.set_trait("shell", shared.shell)
                for name, value in values.items():
                    if value != getattr(state.inline, name):
                        setattr(state.inline, name, value)
                configurables = getattr(shared.shell, "configurables", [])
                if shared in configurables:
                    configurables[configurables.index(shared)] = state.inline
            return state.inline

        configuration.instance = classmethod(kernel_instance)

        def restore() -> None:
            if instance is None:
                del configuration.instance
            else:
                configuration.instance = instance

        replaced.callback(restore)

    def patch_backend(self, module: ModuleType, replaced: Replaced) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        backend: Any = module
        original_flush = backend.flush_figures
        replaced.set(backend, "show", KernelShow(backend.show, self._states))
        replaced.set(backend, "flush_figures", make_flush(backend))
        replaced.set(
            backend,
            "configure_inline_support",
            KernelConfigure(backend.configure_inline_support, self._states),
        )
        if not InteractiveShell.initialized():
            return
        _replace_callback(InteractiveShell.instance(), backend, original_flush, replaced)
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and getattr(pyplot, "_backend_mod", None) is not None:
            # pyplot has copied the previous functions.
            pyplot._backend_mod.show = staticmethod(backend.show)


def _replace_callback(shell: Any, backend: Any, original: Any, replaced: Replaced) -> None:
    """Let the shell flush figures our way, and show them as configured."""
    events = shell.events
    was_registered = original in events.callbacks["post_execute"]
    if was_registered:
        events.unregister("post_execute", original)
    if backend.matplotlib.rcParams._get("backend") in INLINE_NAMES:
        backend.configure_inline_support(shell, BACKEND)
    flush = backend.flush_figures

    def restore() -> None:
        if flush in events.callbacks["post_execute"]:
            events.unregister("post_execute", flush)
        if was_registered:
            events.register("post_execute", original)

    replaced.callback(restore)
