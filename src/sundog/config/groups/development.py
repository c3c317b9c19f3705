"""Settings for development; production ignores them."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class DevelopmentSettings:
    """Settings for development; production ignores them."""

    hot_reload: Annotated[
        bool, Meta(values.boolean(), "whether changed code runs as soon as it is saved")
    ] = True
    auto_restart: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether the server restarts when its settings or installed packages change;"
            " turns telemetry off",
        ),
    ] = False
    pdb: Annotated[
        bool,
        Meta(values.boolean(), "whether errors in the app open the debugger in the terminal"),
    ] = False
    editor: Annotated[
        str | None,
        Meta(
            values.editor(),
            "the editor that opens files from error messages: a name such as vscode, or a URL with"
            " {path} and {line} such as vscode://file/{path}:{line}",
        ),
    ] = None
