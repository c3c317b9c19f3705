"""Identifiers: distinct types, so that one kind can never be passed for another."""

import secrets
from collections.abc import Callable
from typing import NewType

KernelId = NewType("KernelId", str)
PageId = NewType("PageId", str)
ConnectionId = NewType("ConnectionId", str)
SessionId = NewType("SessionId", str)

SHORT_LENGTH = 8


def new_token(fits: Callable[[str], bool] | None = None) -> str:
    """Return 128 random bits as 22 URL-safe characters; with `fits`, some that fit."""
    while True:
        token = secrets.token_urlsafe(16)
        if fits is None or fits(token):
            return token


def short(identifier: str) -> str:
    """Return the beginning of an id, enough to tell two apart in a log, too little to use it."""
    return identifier[:SHORT_LENGTH]
