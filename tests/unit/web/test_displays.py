"""Large displays over HTTP."""

from __future__ import annotations

import gzip
import json
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from sundog.ids import KernelId, SessionId
from sundog.output import KernelOutput
from sundog.registry.registry import Registry
from sundog.web.access.origins import Hosts, Origins
from sundog.web.access.policy import AccessPolicy
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.sessions import Session, Sessions
from sundog.web.displays import DisplayEndpoint
from tests.asgi import Answer, request

CHART = {"text/html": "<p>chart</p>" * 100_000}


class KernelStub:
    def __init__(self) -> None:
        self.output = KernelOutput(lambda message: None, lambda work: None)


class RegistryStub:
    """Finds one kernel, of one session."""

    def __init__(self, kernel_id: KernelId, session_id: SessionId) -> None:
        self.kernel = KernelStub()
        self._ids = kernel_id, session_id

    def find(self, *ids: str) -> KernelStub | None:
        return self.kernel if ids == self._ids else None


class Rig:
    def __init__(self) -> None:
        self.sessions = Sessions(b"s" * 32)
        self.session = self.sessions.new()
        self.kernel_id = self.sessions.mint_kernel_id(self.session.id)
        self.registry = RegistryStub(self.kernel_id, self.session.id)
        policy = AccessPolicy(self.sessions, Origins.of([]), Hosts(), TrustedProxies(()))
        endpoint = DisplayEndpoint(cast(Registry, self.registry), policy)
        route = Route("/kernel/{kernel_id}/display/{hash}", endpoint.answer)
        self.application = Starlette(routes=[route])
        item = {"output_type": "display_data", "data": CHART, "metadata": {}}
        self.registry.kernel.output.page.append(item)
        [kept] = self.registry.kernel.output.page.items
        [reference] = kept["data"].values()
        self.hash = reference["hash"]

    def cookie(self, session: Session) -> tuple[str, str]:
        return ("cookie", self.sessions.set_cookie(session, https=False).partition(";")[0])

    def get(self, *headers: tuple[str, str], kernel_id: str = "", hash: str = "") -> Answer:
        path = f"/kernel/{kernel_id or self.kernel_id}/display/{hash or self.hash}"
        application: Any = self.application
        return request(application, path, headers=headers)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_browser_that_has_the_kernel_gets_the_data(rig: Rig) -> None:
    answer = rig.get(rig.cookie(rig.session))
    assert answer.status == 200
    assert json.loads(answer.body) == CHART
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_it_is_compressed_for_browsers_that_take_it(rig: Rig) -> None:
    answer = rig.get(rig.cookie(rig.session), ("accept-encoding", "br, gzip"))
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 100_000
    assert json.loads(gzip.decompress(answer.body)) == CHART


def test_everybody_else_gets_the_same_answer_as_for_what_is_not_there(rig: Rig) -> None:
    other = rig.sessions.new()
    own_of_other = rig.sessions.mint_kernel_id(other.id)
    answers = [
        rig.get(),
        rig.get(rig.cookie(other)),
        rig.get(("cookie", "solara-session-id=forged")),
        rig.get(rig.cookie(other), kernel_id=own_of_other),
        rig.get(rig.cookie(rig.session), hash="0" * 32),
        rig.get(rig.cookie(rig.session), kernel_id="unknown"),
    ]
    assert [(each.status, each.body) for each in answers] == [(404, b"Not found\n")] * 6
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
