"""Every setting: its name, default, form and meaning. The one table that all else is made from.

The variables of a setting are its name in capitals after ``SUNDOG_``, then those that it has from
elsewhere, in the order in which they count.
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
from sundog.config.meta import Meta
from sundog.config.words import Mode, Source, Spec

PREFIX: Final = "SUNDOG_"
SHARED_PREFIX: Final = "SOLARA_"

# The groups in the order in which people are shown them.
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

    # Not a setting: where each of the others came from.
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)

    def source(self, name: str) -> Source:
        """Return where a setting's value came from."""
        return self.sources.get(name, Source())

    @property
    def development(self) -> bool:
        """Whether errors are shown in the page."""
        return self.mode == Mode.DEVELOPMENT

    @property
    def develops(self) -> bool:
        """Whether changed code is run at once; not where several processes would have to."""
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
