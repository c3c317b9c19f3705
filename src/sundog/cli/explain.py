"""How errors are told in the terminal."""

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
    """Turn Sundog's errors into a message that says what to do, and exit."""
    try:
        yield
    except AppExecutionError as error:
        click.echo(error.traceback, err=True, nl=False)
        fail(str(error))
    except ConfigError as error:
        fail(f"these settings can't be used:\n{error}" if "\n" in str(error) else str(error))
    except SundogError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Print an error and end with the status of a failure."""
    click.echo(f"{click.style('Error:', fg='red')} {message}", err=True)
    sys.exit(FAILED)
