"""Several workers share one secret, or none could read another's cookies."""

from __future__ import annotations

import pytest

from sundog.config import load_settings
from sundog.errors import ConfigError


def test_several_need_a_secret_that_somebody_chose() -> None:
    with pytest.raises(ConfigError, match=r"SUNDOG_SESSION_SECRET_KEY[\s\S]*token_urlsafe"):
        load_settings({"workers": 2}, environ={})
    environ = {"SUNDOG_SESSION_SECRET_KEY": "a secret of more than thirty-two characters"}
    load_settings({"workers": 2}, environ=environ)
    load_settings({"workers": 1}, environ={})
