"""Each kernel has its own templates and components of ipyvue.

Upstream reasons: ipyvue stores, in tables of the process, one widget for each template file, for
each component registered by name, and for each module of scripts. A widget belongs to one kernel,
so the second kernel would get another one's.

Registrations in the dry run of an app of components are for all kernels: each gets its own at its
start, because templates refer to components only by name. (A registration while a module is
imported is a template and needs nothing else.)

ipyvue is never imported here: the hook waits until the app imports it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from sundog.hooks.core.after_import import after_import
from sundog.hooks.core.kernel_dict import KernelDict
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import current_kernel, start_callbacks

# By module, its table of widgets by name, and the arguments that each widget is created from.
# Version 1 has no `source_url`, and `esm` came with 1.13 and 3.1.
_NAMED = {
    "ipyvue.VueComponentRegistry": ("vue_component_registry", ("name", "component", "source_url")),
    "ipyvue.esm": ("_module_widgets", ("name", "code", "url", "dependencies")),
}


class NamedWidgets(KernelDict):
    """A table of widgets by name, with the registrations of the dry run."""

    def __init__(self, content: Mapping[str, Any], traits: tuple[str, ...]) -> None:
        super().__init__(content)
        self._traits = traits
        self._for_all: dict[str, tuple[type, dict[str, Any]]] = {}

    def __setitem__(self, name: str, widget: Any) -> None:
        kernel = current_kernel()
        if kernel is not None and kernel.is_dry_run:
            state = {name: getattr(widget, name) for name in self._traits if widget.has_trait(name)}
            self._for_all[name] = (type(widget), state)
        super().__setitem__(name, widget)

    def begin(self) -> None:
        """Create what a starting kernel needs."""
        for name, (kind, state) in list(self._for_all.items()):
            super().__setitem__(name, kind(**state))


def install() -> Callable[[], None]:
    """Wait for ipyvue; return a function that undoes all replacements."""
    return after_import({"ipyvue.Template": _patch_templates, "ipyvue": _patch_named})


def _patch_templates(module: ModuleType, replaced: Replaced) -> None:
    """Store the widgets of template files by kernel."""
    replaced.set(module, "template_registry", KernelDict(vars(module)["template_registry"]))


def _patch_named(_: ModuleType, replaced: Replaced) -> None:
    """Store registrations by name per kernel, and start kernels with them."""
    tables = []
    for module_name, (attribute, traits) in _NAMED.items():
        module = sys.modules.get(module_name)
        table = getattr(module, attribute, None)
        if type(table) is dict:
            tables.append(NamedWidgets(table, traits))
            replaced.set(module, attribute, tables[-1])

    def begin() -> None:
        for table in tables:
            table.begin()

    replaced.callback(start_callbacks.add(begin))
