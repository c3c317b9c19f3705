"""What a setting's text may look like."""

import pytest

from sundog.config import parse, values
from sundog.config.parse import Secret


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "Yes", "on", " on "])
def test_true(text: str) -> None:
    assert parse.parse_boolean(text) is True


@pytest.mark.parametrize("text", ["false", "False", "0", "no", "NO", "off"])
def test_false(text: str) -> None:
    assert parse.parse_boolean(text) is False


@pytest.mark.parametrize("text", ["", "2", "y", "enabled", "none"])
def test_what_is_no_boolean(text: str) -> None:
    with pytest.raises(ValueError, match="true or false"):
        parse.parse_boolean(text)


def test_optional_boolean() -> None:
    assert parse.parse_optional_boolean("Auto") is None
    assert parse.parse_optional_boolean("off") is False
    with pytest.raises(ValueError, match="auto"):
        parse.parse_optional_boolean("maybe")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1024", 1024),
        ("100MiB", 100 << 20),
        ("1 kb", 1000),
        ("1.5GB", 1_500_000_000),
        ("4Ki", 4096),
        ("7B", 7),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "1TB", "many", "1 2", "0.1"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="byte"):
        parse.parse_size(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [("", ""), ("/", ""), ("apps", "/apps"), ("/apps/", "/apps"), ("/a/b-c_d.e", "/a/b-c_d.e")],
)
def test_root_paths(text: str, path: str) -> None:
    assert parse.parse_root_path(text) == path


@pytest.mark.parametrize(
    "text",
    ["/a//b", "//evil.com", "/a?b", "/a#b", "/../a", "/a/.", "/a b", "/%2e", "/a\r\nX: y", '/"'],
)
def test_what_is_no_root_path(text: str) -> None:
    with pytest.raises(ValueError, match="URL path"):
        parse.parse_root_path(text)


@pytest.mark.parametrize("text", ["https://example.com", "http://h:80/a/b", "https://[::1]:8/"])
def test_base_urls(text: str) -> None:
    assert parse.parse_base_url(text) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        "example.com",
        "ftp://h",
        "https://",
        "https://u@h",
        "https://h:x",
        "https://h?q",
        "http://h:0",
    ],
)
def test_what_is_no_base_url(text: str) -> None:
    with pytest.raises(ValueError, match="a URL"):
        parse.parse_base_url(text)


def test_origins_and_peers() -> None:
    assert parse.parse_allowed_origin(" HTTPS://Example.com:8443 ") == "https://example.com:8443"
    for text in ("example.com", "https://h/path", "*", "null", "https://u:p@h"):
        with pytest.raises(ValueError, match="origins"):
            parse.parse_allowed_origin(text)
    assert parse.parse_peer("10.1.2.3/8") == "10.0.0.0/8"
    assert parse.parse_peer("*") == "*"
    assert parse.parse_peer("::0001") == "::1"
    for text in ("localhost", "10.0.0.0/99", "1.2.3"):
        with pytest.raises(ValueError, match="IP"):
            parse.parse_peer(text)


def test_integers() -> None:
    kind = values.integer(1, 10, optional=True)
    assert kind.parse("10") == 10
    assert kind.parse("None") is None
    assert kind.show(None) == "none"
    for text in ("0", "11", "1.0", "-1", "x", "", "9" * 30):
        with pytest.raises(ValueError, match="from 1 to 10, or none"):
            kind.parse(text)


def test_choices_and_lists() -> None:
    assert values.choice("a", "b", "c").parse(" B ") == "b"
    with pytest.raises(ValueError, match="a, b or c"):
        values.choice("a", "b", "c").parse("d")
    assert values.listing().parse("a, b,,") == ("a", "b")
    assert values.listing().parse("") == ()


def test_a_secret_is_never_shown() -> None:
    secret = Secret("hush")
    assert "hush" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hush"
    assert secret == Secret("hush") != Secret("other")
    assert not Secret("")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///sessions.db", "sqlite:///sessions.db"),
        ("redis://ann:hush@host:6379/2?password=hush", "redis://********@host:6379/2"),
        ("rediss://:hush%2F@host", "rediss://********@host"),
        ("unix://:hush@/run/redis.sock?db=1", "unix://********@/run/redis.sock"),
        (" valkey://host ", "valkey://host"),
    ],
)
def test_store_urls_are_shown_without_secrets(url: str, shown: str) -> None:
    kind = values.store_url()
    value = kind.parse(url)
    assert value.reveal() == url.strip()
    assert kind.show(value) == shown
    assert "hush" not in repr(value)


def test_memory_is_no_url() -> None:
    kind = values.store_url()
    assert kind.parse("memory://") is None
    assert kind.show(None) == ""


@pytest.mark.parametrize(
    "text",
    ["hush", "sqlite:hush.db", "postgres://ann:hush@host", "redis://:hu/sh@host", "redis://[hush"],
)
def test_what_is_no_store_url(text: str) -> None:
    with pytest.raises(ValueError, match="a URL") as caught:
        parse.parse_store_url(text)
    assert "hush" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_widget_loaders() -> None:
    assert parse.parse_widget_loader(" @scope/name = lab ") == "@scope/name=lab"
    for text in ("bqplot", "bqplot=", "=amd", "bqplot=cdn", "a b=amd", "a=amd=lab"):
        with pytest.raises(ValueError, match="bqplot=amd"):
            parse.parse_widget_loader(text)
