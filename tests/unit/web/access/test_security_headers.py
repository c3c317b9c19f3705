"""The page's policy."""

from sundog.config import Settings
from sundog.web.access.security_headers import content_security_policy


def directives(settings: Settings, *hashes: str) -> dict[str, str]:
    policy = content_security_policy(settings, hashes)
    assert policy is not None
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_scripts_come_from_here_and_from_nowhere_else() -> None:
    policy = directives(Settings(), "'sha256-abc='")
    assert policy["script-src"] == "'self' 'unsafe-eval' blob: 'nonce-{nonce}' 'sha256-abc='"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'self'"


def test_what_can_be_set() -> None:
    settings = Settings(
        script_sources=("https://esm.sh",), frame_ancestors="https://portal.example.com"
    )
    policy = directives(settings)
    assert policy["script-src"].endswith(" https://esm.sh")
    assert policy["frame-ancestors"] == "https://portal.example.com"
    assert content_security_policy(Settings(content_security_policy="None"), ()) is None
    own = Settings(content_security_policy="default-src *")
    assert content_security_policy(own, ()) == "default-src *"


def test_data_and_frames_may_come_from_other_hosts_without_tls_too() -> None:
    policy = directives(Settings())
    assert {"'self'", "https:", "http:", "wss:", "ws:"} <= set(policy["connect-src"].split())
    assert {"'self'", "https:", "http:"} <= set(policy["frame-src"].split())
