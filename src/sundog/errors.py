"""All errors that Sundog raises.

::

    SundogError
    ├── ConfigError           a setting or option is invalid
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
    │   ├── NoInputError
    │   └── PageTooSlowError
    ├── ProtocolError         a frame violates the wire protocol
    ├── StartupError          the server could not start
    ├── ExportError           an app can't be exported
    ├── StarterError          a new app can't be created
    └── StoreError            the session store
        ├── StoreUnavailableError
        ├── StoreValueError
        ├── StoreFullError
        └── StoreConflictError
"""


class SundogError(Exception):
    """The base class of all errors that Sundog raises."""


class ConfigError(SundogError):
    """A setting or command-line option has an invalid value."""


class AppError(SundogError):
    """The application can't be served."""


class AppNotFoundError(AppError):
    """The application does not exist, or is not of a known kind."""


class AppExecutionError(AppError):
    """The application's own code raised an error, which is the ``__cause__``.

    Attributes:
        file: The file of the application where the error was raised, if known.
        line: The line in that file, if known.
        traceback: The original error's traceback with only the application's own frames.
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
    """The application ran, but shows nothing."""


class KernelError(SundogError):
    """An error about a virtual kernel."""


class NoKernelError(KernelError):
    """A function that needs a virtual kernel was called outside of a kernel."""


class KernelClosedError(KernelError):
    """Work was submitted to a kernel that is closing or closed."""


class UnknownKernelError(KernelError):
    """This session has no kernel with this id."""


class KernelLimitError(KernelError):
    """The server or the session has reached its limit of kernels.

    The message is for the user.

    Attributes:
        limit: The limit that was reached.
    """

    def __init__(self, message: str, limit: str = "kernels") -> None:
        super().__init__(message)
        self.limit = limit


class ForeignWidgetError(KernelError):
    """A widget or comm of one kernel was used while another kernel was running."""


class NoInputError(KernelError, EOFError):
    """``input()`` or ``getpass()`` was called where no page can answer, or the page is closed."""


class KernelExit(SystemExit):
    """The app called ``exit()`` or ``quit()``, which ends its kernel. Not an error."""


class PageTooSlowError(KernelError):
    """A page reads so slowly that messages for it had to be dropped."""


class ProtocolError(SundogError):
    """A frame does not follow the wire protocol.

    Attributes:
        code: The WebSocket close code.
    """

    def __init__(self, message: str, code: int = 1007) -> None:
        super().__init__(message)
        self.code = code


class StartupError(SundogError):
    """The server could not start, for a reason outside the application."""


class ExportError(SundogError):
    """An app's current state can't be exported as a page."""


class StarterError(SundogError):
    """A new app can't be created in the given folder."""


class StoreError(SundogError):
    """An error of the session store."""


class StoreUnavailableError(StoreError):
    """The store can't be reached, or does not answer in time."""


class StoreValueError(StoreError):
    """A value can't be stored, or a stored value does not have the requested type."""


class StoreFullError(StoreError):
    """A value, or all values of a session together, exceed their size limit."""


class StoreConflictError(StoreError):
    """An update failed because others kept changing the same value."""


class KernelStoppedError(BaseException):
    """The kernel that this code belongs to has ended, so the code is stopped.

    It is not an `Exception`, so that the app's own handlers do not catch it and continue.
    """
