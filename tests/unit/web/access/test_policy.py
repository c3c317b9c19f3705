"""What the settings make of the gate."""

import pytest

from sundog.config import Mode, Settings
from sundog.web.access.origins import Origin
from sundog.web.access.policy import hosts_of, is_loopback, origins_of


def test_the_public_address_is_an_allowed_origin() -> None:
    settings = Settings(
        base_url="https://example.com/apps", allowed_origins=("http://localhost:1",)
    )
    assert origins_of(settings).allowed == {
        Origin("https", "example.com", 443),
        Origin("http", "localhost", 1),
    }


@pytest.mark.parametrize(
    ("settings", "host", "allowed"),
    [
        (Settings(), "any.example", True),
        (Settings(host="0.0.0.0"), "any.example", True),
        (Settings(mode=Mode.DEVELOPMENT), "any.example", False),
        (Settings(mode=Mode.DEVELOPMENT), "localhost:8765", True),
        (Settings(mode=Mode.DEVELOPMENT), "127.0.0.1", True),
        (Settings(mode=Mode.DEVELOPMENT, host="0.0.0.0"), "any.example", True),
        (Settings(mode=Mode.DEVELOPMENT, base_url="https://any.example"), "any.example", True),
        (Settings(mode=Mode.DEVELOPMENT, allowed_hosts=("any.example",)), "any.example", True),
        (Settings(mode=Mode.DEVELOPMENT, allowed_hosts=("any.example",)), "localhost", True),
        (Settings(mode=Mode.DEVELOPMENT, allowed_hosts=("*",)), "any.example", True),
        (Settings(allowed_hosts=("good.example",)), "any.example", False),
        (Settings(allowed_hosts=("good.example",)), "good.example", True),
        (
            Settings(allowed_hosts=("good.example",), base_url="https://b.example"),
            "b.example",
            True,
        ),
        (Settings(allowed_hosts=("good.example",), host="0.0.0.0"), "10.0.0.1", False),
    ],
)
def test_hosts(settings: Settings, host: str, allowed: bool) -> None:
    assert hosts_of(settings).allows([host.encode()]) is allowed


def test_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "", "::", "example.com")))
