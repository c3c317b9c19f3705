"""Identifiers as distinct types, so that one kind can't be passed for another."""

import secrets
from typing import NewType

KernelId = NewType("KernelId", str)
PageId = NewType("PageId", str)
ConnectionId = NewType("ConnectionId", str)
SessionId = NewType("SessionId", str)

SHORT_LENGTH = 8


def new_token(prefix: str = "") -> str:
    """Return a prefix and 128 random bits as 22 URL-safe characters."""
    return prefix + secrets.token_urlsafe(16)


def short(identifier: str) -> str:
    """Return the beginning of an id: enough to distinguish it in a log, too little to use it."""
    return identifier[:SHORT_LENGTH]
