"""All settings with their names, defaults and meanings; everything else derives from this table.

A setting's first variable is ``SUNDOG_`` and its name in capitals. Its other variables follow, the
most important first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, get_type_hints

from sundog.config.groups.development import DevelopmentSettings
from sundog.config.groups.kernels import KernelSettings
from sundog.config.groups.limits import LimitSettings
from sundog.config.groups.page import PageSettings
from sundog.config.groups.server import ServerSettings
from sundog.config.groups.sessions import SessionSettings
from sundog.config.groups.telemetry import TelemetrySettings
from sundog.config.machine import total_memory
from sundog.config.meta import Meta
from sundog.config.values import AUTO
from sundog.config.words import Mode, Source, Spec

PREFIX: Final = "SUNDOG_"
SHARED_PREFIX: Final = "SOLARA_"

# What `auto` means for kernels and memory: a kernel of a few widgets takes a tenth of a megabyte.
_KERNEL_BYTES: Final = 512 << 10
_FEWEST_KERNELS: Final = 100
_MEMORY_SHARE: Final = 0.85

# In the order in which they are shown.
GROUPS: Final[Mapping[str, type]] = {
    "The server": ServerSettings,
    "Kernels": KernelSettings,
    "Limits": LimitSettings,
    "Sessions": SessionSettings,
    "The page": PageSettings,
    "Development": DevelopmentSettings,
    "Telemetry": TelemetrySettings,
}


@dataclass(frozen=True, kw_only=True)
class Settings(
    ServerSettings,
    KernelSettings,
    LimitSettings,
    SessionSettings,
    PageSettings,
    DevelopmentSettings,
    TelemetrySettings,
):
    """The settings of one server. Durations are seconds, sizes are bytes."""

    # Not a setting: the source of each value.
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)

    def source(self, name: str) -> Source:
        """Return the source of a setting's value."""
        return self.sources.get(name, Source())

    @property
    def development(self) -> bool:
        """Whether the server is in development mode: pages show errors."""
        return self.mode == Mode.DEVELOPMENT

    @property
    def kernel_bound(self) -> int | None:
        """How many kernels there may be; None for any number."""
        if self.kernel_max_count != AUTO:
            return self.kernel_max_count
        memory = None if self.development else total_memory()
        return None if memory is None else max(_FEWEST_KERNELS, memory // _KERNEL_BYTES)

    @property
    def memory_bound(self) -> int | None:
        """How many bytes of memory the server may use; None for any number."""
        if self.memory_limit != AUTO:
            return self.memory_limit
        memory = None if self.development else total_memory()
        return None if memory is None else int(memory * _MEMORY_SHARE)

    @property
    def develops(self) -> bool:
        """Whether changed code runs at once; only with a single worker."""
        return self.development and self.hot_reload and self.workers == 1


def _specs() -> dict[str, Spec]:
    result = {}
    for group, settings in GROUPS.items():
        hints = get_type_hints(settings, include_extras=True)
        for each in fields(settings):
            meta: Meta
            (meta,) = hints[each.name].__metadata__
            name = each.name.upper()
            shared = (SHARED_PREFIX + name,) if meta.shared else ()
            result[each.name] = Spec(
                each.name,
                meta.kind,
                meta.meaning,
                (PREFIX + name, *shared, *meta.variables),
                each.default,
                meta.secret,
                group,
            )
    return result


SPECS: Final[Mapping[str, Spec]] = _specs()
