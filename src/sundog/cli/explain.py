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
        click.echo(_traceback(error), err=True, nl=False)
        fail(str(error))
    except ConfigError as error:
        fail(f"invalid settings:\n{error}" if "\n" in str(error) else str(error))
    except SundogError as error:
        fail(str(error))


def _traceback(error: AppExecutionError) -> str:
    if error.__cause__ is None:
        # It was raised in another process.
        return error.traceback
    from sundog.hooks.core.tracebacks import told_traceback
    from sundog.terminal import draw, is_wanted

    return draw(told_traceback(error.__cause__)) if is_wanted(sys.stderr) else error.traceback


def fail(message: str) -> NoReturn:
    """Print an error and exit with a failure status."""
    click.echo(f"{click.style('Error:', fg='red')} {message}", err=True)
    sys.exit(FAILED)
