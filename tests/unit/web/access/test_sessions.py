"""Sessions and kernel ids: made by the server only, and worth nothing to anybody else."""

import pytest
from itsdangerous import TimestampSigner

from sundog.ids import KernelId, PageId, SessionId
from sundog.web.access.sessions import COOKIE, DAY, CookieAttributes, Session, Sessions

SECRET = b"s" * 32


class Time:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def sessions(time: Time) -> Sessions:
    return Sessions(SECRET, now=time)


def cookie(sessions: Sessions, session: Session) -> bytes:
    return sessions.set_cookie(session, https=False).partition(";")[0].encode()


def test_a_session_is_read_from_its_cookie(sessions: Sessions) -> None:
    session = sessions.new()
    assert sessions.read([cookie(sessions, session)]) == session
    assert sessions.read([b"a=b; " + cookie(sessions, session) + b"; c"]) == session
    assert sessions.read([b"a=b", cookie(sessions, session)]) == session
    assert len(session.id) == 22


def test_a_good_cookie_counts_beside_a_bad_one(sessions: Sessions) -> None:
    session = sessions.new()
    header = f"{COOKIE}=x; ".encode() + cookie(sessions, session)
    assert sessions.read([header]) == session


def test_what_the_server_did_not_sign_is_no_session(sessions: Sessions) -> None:
    session = sessions.new()
    value = cookie(sessions, session).decode().partition("=")[2]
    other_secret = Sessions(b"o" * 32).set_cookie(session, https=False).partition(";")[0]
    other_use = TimestampSigner(SECRET, salt="other").sign(session.id).decode()
    name, stamp, signature = value.split(".")
    for bad in (
        "",
        session.id,
        value[:-1],
        value + "x",
        value.upper(),
        f"{name}x.{stamp}.{signature}",
        f"{name}.AAAA.{signature}",
        f"{stamp}.{signature}",
        other_secret.partition("=")[2],
        other_use,
        "x" * 5000,
        "é.ü.ö",
        "\x00",
        f'"{value}"',
    ):
        assert sessions.read([f"{COOKIE}={bad}".encode()]) is None, bad
    assert sessions.read([f"x{COOKIE}={value}".encode()]) is None
    assert sessions.read([]) is None


def test_a_cookie_ends(sessions: Sessions, time: Time) -> None:
    session = sessions.new()
    header = cookie(sessions, session)
    time.now += 29 * DAY
    assert sessions.read([header]) == Session(session.id, 29 * DAY)
    time.now += 2 * DAY
    assert sessions.read([header]) is None


def test_a_cookie_is_renewed_after_a_day(sessions: Sessions, time: Time) -> None:
    session = sessions.new()
    header = cookie(sessions, session)
    assert not sessions.needs_renewal(session)
    time.now += DAY
    later = sessions.read([header])
    assert later is not None
    assert sessions.needs_renewal(later)
    renewed = sessions.read([cookie(sessions, later)])
    assert renewed == Session(session.id, 0.0)


def test_a_short_lived_cookie_is_renewed_in_time(time: Time) -> None:
    sessions = Sessions(SECRET, CookieAttributes(max_age=3600), now=time)
    assert sessions.needs_renewal(Session(SessionId("x"), 1800))


@pytest.mark.parametrize(
    ("attributes", "https", "expected"),
    [
        (CookieAttributes(), False, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
        (CookieAttributes(), True, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"),
        (
            CookieAttributes(path="/a", max_age=60, http_only=False, same_site="strict"),
            False,
            "Path=/a; Max-Age=60; SameSite=Strict",
        ),
        (
            CookieAttributes(secure=True),
            False,
            "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            CookieAttributes(secure=False),
            True,
            "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax",
        ),
        (
            CookieAttributes(same_site="none"),
            False,
            "Path=/; Max-Age=2592000; HttpOnly; SameSite=None; Secure; Partitioned",
        ),
    ],
)
def test_attributes(attributes: CookieAttributes, https: bool, expected: str) -> None:
    sessions = Sessions(SECRET, attributes)
    header = sessions.set_cookie(sessions.new(), https=https)
    assert header.startswith(f"{COOKIE}=")
    assert header.partition("; ")[2] == expected


def test_a_kernel_id_works_for_its_session_only(sessions: Sessions) -> None:
    mine, other = sessions.new().id, sessions.new().id
    kernel_id = sessions.mint_kernel_id(mine)
    token, _, mac = kernel_id.partition(".")
    assert (len(token), len(mac)) == (22, 22)
    assert sessions.owns(mine, kernel_id)
    assert not sessions.owns(other, kernel_id)
    assert not Sessions(b"o" * 32).owns(mine, kernel_id)
    assert Sessions(SECRET).owns(mine, kernel_id)
    assert sessions.mint_kernel_id(mine) != kernel_id


@pytest.mark.parametrize(
    "bad", ["", ".", "a", "a.", ".a", "a.b.c", "é.ü", "\udcff.\udcff", "a" * 999]
)
def test_what_the_server_did_not_mint_is_no_kernel_id(sessions: Sessions, bad: str) -> None:
    assert not sessions.owns(sessions.new().id, KernelId(bad))


def test_a_changed_kernel_id_is_none(sessions: Sessions) -> None:
    session_id = sessions.new().id
    kernel_id = sessions.mint_kernel_id(session_id)
    for position in range(len(kernel_id)):
        swap = "A" if kernel_id[position] != "A" else "B"
        changed = kernel_id[:position] + swap + kernel_id[position + 1 :]
        assert not sessions.owns(session_id, KernelId(changed))


def test_a_page_s_token_proves_its_session_for_its_kernel_only(sessions: Sessions) -> None:
    mine, other = sessions.new("2~").id, sessions.new().id
    kernel_id, next_id = (sessions.mint_kernel_id(mine) for _ in range(2))
    token = sessions.page_token(mine, kernel_id, PageId("page"))
    assert sessions.session_of_token(token, kernel_id) == mine
    assert Sessions(SECRET).session_of_token(token, kernel_id) == mine
    assert Sessions(b"o" * 32).session_of_token(token, kernel_id) is None
    # Neither for another kernel of the session, nor by another session or page.
    assert sessions.session_of_token(token, next_id) is None
    assert sessions.session_of_token(token.replace(mine, other), kernel_id) is None
    assert sessions.session_of_token(token.replace(".page.", ".other."), kernel_id) is None
    # Whoever knows another session can't make one for its kernel.
    stolen = sessions.page_token(other, kernel_id, PageId("page"))
    assert sessions.session_of_token(stolen, kernel_id) is None


@pytest.mark.parametrize("bad", ["", ".", "..", "a.b.c", "a.b.c.d", "é.ü.ß", "\udcff", "a" * 999])
def test_what_the_server_did_not_make_is_no_token(sessions: Sessions, bad: str) -> None:
    kernel_id = sessions.mint_kernel_id(sessions.new().id)
    assert sessions.session_of_token(bad, kernel_id) is None


def test_a_changed_token_is_none(sessions: Sessions) -> None:
    session_id = sessions.new().id
    kernel_id = sessions.mint_kernel_id(session_id)
    token = sessions.page_token(session_id, kernel_id, PageId("page"))
    for position in range(len(token)):
        swap = "A" if token[position] != "A" else "B"
        changed = token[:position] + swap + token[position + 1 :]
        assert sessions.session_of_token(changed, kernel_id) is None


@pytest.mark.parametrize("jump", [-1, -3600, -300 * DAY, 3600])
def test_a_clock_that_is_set_ends_no_session(sessions: Sessions, time: Time, jump: float) -> None:
    session = sessions.new()
    value = cookie(sessions, session)
    kernel_id = sessions.mint_kernel_id(session.id)
    time.now += jump
    read = sessions.read([value])
    assert read is not None
    assert read.id == session.id
    assert read.age == max(0, jump)
    assert sessions.owns(session.id, kernel_id)


def test_a_clock_that_jumps_far_ahead_ends_them_and_new_ones_work(
    sessions: Sessions, time: Time
) -> None:
    old = cookie(sessions, sessions.new())
    time.now += 400 * DAY
    assert sessions.read([old]) is None
    session = sessions.new()
    assert sessions.read([cookie(sessions, session)]) == session
