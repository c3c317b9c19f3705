"""All errors that Sundog raises.

::

    SundogError
    ├── ConfigError           a setting or option is wrong
    ├── AppError              the application can't be served
    │   ├── AppNotFoundError
    │   ├── AppExecutionError
    │   └── AppResultError
    ├── KernelError
    │   ├── NoKernelError
    │   ├── KernelClosedError
    │   ├── UnknownKernelError
    │   ├── KernelLimitError
    │   ├── ForeignWidgetError
    │   └── PageTooSlowError
    ├── ProtocolError         a frame broke the wire protocol
    ├── StartupError          the server could not start
    ├── ExportError           an app can't be written as a page
    ├── StarterError          a new app can't be made
    └── StoreError            about what is kept for sessions
        ├── StoreUnavailableError
        ├── StoreValueError
        ├── StoreFullError
        └── StoreConflictError
"""


class SundogError(Exception):
    """The root of every error that Sundog raises itself."""


class ConfigError(SundogError):
    """A setting or a command-line option has a value that can't be used."""


class AppError(SundogError):
    """The application can't be served."""


class AppNotFoundError(AppError):
    """What was given as the application does not exist or is of no known kind."""


class AppExecutionError(AppError):
    """The application's own code raised; the original error is the ``__cause__``.

    ``file`` and ``line`` say where in the application, as far as that is known; ``traceback`` is
    the original error's, with the application's own frames only.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        traceback: str = "",
    ) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.traceback = traceback


class AppResultError(AppError):
    """The application ran, but left nothing that can be shown."""


class KernelError(SundogError):
    """Something about a virtual kernel."""


class NoKernelError(KernelError):
    """A function that needs a virtual kernel was called outside of one."""


class KernelClosedError(KernelError):
    """Work was handed to a kernel that is closing or closed."""


class UnknownKernelError(KernelError):
    """No kernel of this id exists for this session."""


class KernelLimitError(KernelError):
    """The server, or this session, has as many kernels as it may have.

    The text is for the user; ``limit`` names what there is no more of.
    """

    def __init__(self, message: str, limit: str = "kernels") -> None:
        super().__init__(message)
        self.limit = limit


class ForeignWidgetError(KernelError):
    """A widget or comm of one kernel was used while another kernel was running."""


class PageTooSlowError(KernelError):
    """A page reads so slowly that what it misses is no longer kept."""


class ProtocolError(SundogError):
    """A frame does not follow the wire protocol; ``code`` is the WebSocket close code."""

    def __init__(self, message: str, code: int = 1007) -> None:
        super().__init__(message)
        self.code = code


class StartupError(SundogError):
    """The server could not start, for a reason outside the application."""


class ExportError(SundogError):
    """An app's present state can't be written as a page."""


class StarterError(SundogError):
    """A new app can't be put where it is wanted."""


class StoreError(SundogError):
    """Something about what an app keeps for a session."""


class StoreUnavailableError(StoreError):
    """What keeps the sessions can't be reached, or does not answer in time."""


class StoreValueError(StoreError):
    """A value can't be kept, or what is kept is not of the type that was asked for."""


class StoreFullError(StoreError):
    """A value, or all values of a session together, are larger than they may be."""


class StoreConflictError(StoreError):
    """An update did not succeed because others kept changing the same value."""
