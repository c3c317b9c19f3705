"""Several workers share one secret, or none could read another's cookies."""

from __future__ import annotations

import pytest

from sundog.config import SPECS, load_settings
from sundog.errors import ConfigError


@pytest.mark.skipif("workers" not in SPECS, reason="there is one worker")
def test_several_need_a_secret_that_somebody_chose() -> None:
    with pytest.raises(ConfigError, match="SUNDOG_SESSION_SECRET_KEY"):
        load_settings({"workers": 2}, environ={})
    environ = {"SUNDOG_SESSION_SECRET_KEY": "a secret of more than thirty-two characters"}
    load_settings({"workers": 2}, environ=environ)
    load_settings({"workers": 1}, environ={})
