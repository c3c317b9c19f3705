"""Prints errors in the terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Final, NoReturn

import click

from sundog.errors import AppExecutionError, ConfigError, SundogError

FAILED: Final = 1


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Print Sundog's errors as messages that say what to do, and exit."""
    try:
        yield
    except AppExecutionError as error:
        from sundog.terminal import terminal_traceback

        click.echo(terminal_traceback(error), err=True, nl=False)
        fail(str(error))
    except ConfigError as error:
        fail(f"invalid settings:\n{error}" if "\n" in str(error) else str(error))
    except SundogError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Print an error and exit with a failure status."""
    click.echo(f"{click.style('Error:', fg='red')} {message}", err=True)
    sys.exit(FAILED)
