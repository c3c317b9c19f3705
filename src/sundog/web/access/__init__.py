"""Access control: who may connect to the server, and how often."""

from sundog.web.access.admission import RETRY_SECONDS, Admission, ConnectionLimits, NotAdmittedError
from sundog.web.access.policy import AccessPolicy, hosts_of, origins_of
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.rate_limits import Allowance
from sundog.web.access.refusals import Refusal, Refusals
from sundog.web.access.request_info import RequestInfo
from sundog.web.access.secret import session_secret
from sundog.web.access.security_headers import COMMON_HEADERS, NONCE, content_security_policy
from sundog.web.access.sessions import CookieAttributes, Sessions

__all__ = [
    "COMMON_HEADERS",
    "NONCE",
    "RETRY_SECONDS",
    "AccessPolicy",
    "Admission",
    "Allowance",
    "ConnectionLimits",
    "CookieAttributes",
    "NotAdmittedError",
    "Refusal",
    "Refusals",
    "RequestInfo",
    "Sessions",
    "TrustedProxies",
    "content_security_policy",
    "hosts_of",
    "origins_of",
    "session_secret",
]
