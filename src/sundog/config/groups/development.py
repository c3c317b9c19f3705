"""What helps while an app is being written; nothing of it holds in production."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class DevelopmentSettings:
    """What helps while an app is being written; nothing of it holds in production."""

    hot_reload: Annotated[
        bool, Meta(values.boolean(), "whether changed code runs as soon as it is saved")
    ] = True
    auto_restart: Annotated[
        bool,
        Meta(
            values.boolean(),
            "whether the server starts anew when its settings or installed packages change;"
            " nothing is reported about its use then",
        ),
    ] = False
    pdb: Annotated[
        bool,
        Meta(values.boolean(), "whether errors of the app open the debugger in the terminal"),
    ] = False
    editor: Annotated[
        str | None,
        Meta(
            values.editor(),
            "what opens the place of an error: an address with {path} and {line}, as in"
            " vscode://file/{path}:{line}, or the name of an editor",
        ),
    ] = None
