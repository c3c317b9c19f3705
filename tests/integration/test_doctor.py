"""`sundog doctor` as a process: on this machine, and against real servers behind a real nginx."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from sundog.doctor.deployment import check_deployment
from tests.commands import Commands, failure, url_of, wait_for
from tests.ports import free_port

APP = "import ipywidgets as widgets\nwidgets.IntSlider()\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(APP)
    commands = Commands(folder)
    yield commands
    commands.close()


def finish(process: subprocess.Popen[str], status: int) -> list[dict[str, Any]]:
    output, errors = process.communicate(timeout=60)
    assert process.returncode == status, output + errors
    found = json.loads(output)
    assert isinstance(found, list)
    return found


def problems(findings: list[dict[str, Any]]) -> dict[str, str]:
    """Return what is wrong, by what was looked at; each says what to do."""
    found: dict[str, str] = {}
    for each in findings:
        if each["level"] == "problem":
            assert each["fix"]
            text = f"{each['text']} → {each['fix']}"
            found[each["check"]] = found.get(each["check"], "") + text
    return found


# On this machine ---------------------------------------------------------------------------------


def test_an_app_without_problems(run: Commands) -> None:
    found = finish(run("doctor", "app.py", "--json"), 0)
    assert problems(found) == {}
    checks = {each["check"] for each in found}
    assert checks >= {"installation", "settings", "secret", "imports", "widgets"}


def test_the_report_is_readable_text(run: Commands) -> None:
    output, _ = run("doctor", "app.py").communicate(timeout=60)
    assert "✓ the app uses only core widgets" in output
    assert "No problems found." in output


def test_an_app_that_cannot_be_read(run: Commands) -> None:
    (run.folder / "bad.py").write_text("import (")
    found = finish(run("doctor", "bad.py", "--json"), 1)
    assert "bad.py can't be read" in problems(found)["imports"]


def test_invalid_settings_are_problems(run: Commands) -> None:
    environ = {"SUNDOG_SESSION_SECRET_KEY": "short", "SUNDOG_ASSETS_EXTRA_LOCATIONS": "/missing"}
    found = problems(finish(run("doctor", "app.py", "--json", **environ), 1))
    assert "can be guessed" in found["secret"]
    assert "short" not in found["secret"].split("shorter")[0]
    assert "/missing" in found["settings"]
    assert "SUNDOG_PORT" in failure(run("doctor", "app.py", SUNDOG_PORT="x"))


@pytest.mark.parametrize(
    "arguments",
    [("--url", "example.com"), ("--url", "ftp://example.com"), ("app.py", "--url", "http://x")],
)
def test_wrong_usage_exits_with_2(run: Commands, arguments: tuple[str, ...]) -> None:
    assert "Error" in failure(run("doctor", *arguments), 2)


def test_a_missing_app_is_an_error(run: Commands) -> None:
    assert "missing.py" in failure(run("doctor", "missing.py"))


# Deployments -------------------------------------------------------------------------------------

GOOD = """
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header X-Forwarded-Proto $scheme;
"""
NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  upstream both {{ server 127.0.0.1:{plain}; server 127.0.0.1:{other}; }}
  {servers}
}}
"""


@dataclass(frozen=True)
class Site:
    """One way to put a proxy before a server, and what is wrong with it."""

    location: str
    target: str = "127.0.0.1:{plain}"
    path: str = "/"
    tls: bool = False
    wrong: Mapping[str, str] | None = None


SITES = {
    "good": Site(GOOD),
    "good below a path": Site(GOOD, "127.0.0.1:{rooted}", "/apps/one/"),
    "good below a path that it strips": Site(GOOD, "127.0.0.1:{rooted}/", "/apps/one/"),
    "good with TLS": Site(GOOD, tls=True),
    "no upgrade": Site(
        "proxy_set_header Host $http_host;", wrong={"websocket": "proxy_set_header Upgrade"}
    ),
    "wrong prefix": Site(
        GOOD, "127.0.0.1:{plain}/", "/wrong/", wrong={"prefix": "SUNDOG_ROOT_PATH=/wrong"}
    ),
    "no Set-Cookie": Site(
        GOOD + "proxy_hide_header Set-Cookie;", wrong={"cookie": "proxy_hide_header"}
    ),
    "no Cookie": Site(
        GOOD + 'proxy_set_header Cookie "";', wrong={"cookie": "receives no cookie back"}
    ),
    "Host rewritten": Site(
        GOOD.replace("$http_host", "$proxy_host"), wrong={"origin": "proxy_set_header Host"}
    ),
    "scheme missing": Site(
        GOOD.replace("$scheme", '""'), tls=True, wrong={"scheme": "X-Forwarded-Proto"}
    ),
    "not compressed": Site(
        GOOD + 'proxy_set_header Accept-Encoding "";', wrong={"compression": "Accept-Encoding"}
    ),
    "not cached": Site(
        GOOD + "proxy_hide_header Cache-Control; add_header Cache-Control no-cache;",
        wrong={"caching": "Cache-Control"},
    ),
    "one page for all": Site(
        GOOD
        + "proxy_cache pages; proxy_cache_valid 200 1m; proxy_cache_key $uri;"
        + "proxy_ignore_headers Cache-Control Set-Cookie Vary;",
        wrong={"cache": "proxy_cache off"},
    ),
    "not sticky": Site(GOOD, "both", wrong={"stickiness": "route by its id"}),
    "no server": Site(GOOD, "127.0.0.1:1", wrong={"reach": "the server is not running"}),
    "another's page": Site('return 200 "hello";', wrong={"reach": "not a page of Sundog"}),
}


@pytest.fixture(scope="module")
def addresses(
    run: Commands, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """Where the sites are that an nginx serves."""
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is missing: install Debian's packages of these names")
    folder = tmp_path_factory.mktemp("nginx")
    upstreams = {}
    for name, root in (("plain", ""), ("other", ""), ("rooted", "/apps/one")):
        process = run("run", "app.py", "--port", "0", "--no-open", "--root-path", root)
        upstreams[name] = url_of(process).split(":")[2].split("/")[0]
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    more = f"-addext subjectAltName=DNS:localhost -keyout {folder}/key.pem -out {folder}/cert.pem"
    subprocess.run(f"{command} {more}".split(), check=True, capture_output=True)
    servers, found = [], {}
    for name, site in SITES.items():
        port = free_port()
        target = site.target.format(**upstreams)
        ways = "" if "return" in site.location else f"proxy_pass http://{target};"
        keys = f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"
        listen = f"listen 127.0.0.1:{port} ssl; {keys}" if site.tls else f"listen 127.0.0.1:{port};"
        servers.append(f"server {{ {listen} location {site.path} {{ {site.location} {ways} }} }}")
        found[name] = f"{'https' if site.tls else 'http'}://localhost:{port}{site.path}"
    found["certificate"] = f"{folder}/cert.pem"
    (folder / "nginx.conf").write_text(
        NGINX.format(folder=folder, servers="\n".join(servers), **upstreams)
    )
    process = subprocess.Popen(
        [
            nginx,
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "error.log"),
        ]
    )
    try:
        wait_for(found["another's page"].rstrip("/"))
        yield found
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("name", SITES)
def test_a_deployment(
    addresses: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", addresses["certificate"])
    wrong = SITES[name].wrong or {}
    found = problems([each.as_json() for each in check_deployment(addresses[name])])
    for check, text in wrong.items():
        assert text in found.pop(check, ""), found
    # A fault may cause further findings; a good site has none.
    assert wrong or not found


def test_a_server_without_a_proxy(run: Commands) -> None:
    url = url_of(run("run", "app.py", "--port", "0", "--no-open"))
    found = finish(run("doctor", "--url", url, "--json"), 0)
    assert {each["check"] for each in found} == {
        "reach", "probes", "cookie", "prefix", "compression", "caching", "websocket", "origin",
        "stickiness",
    }  # fmt: skip


def test_an_address_without_a_server(run: Commands) -> None:
    found = finish(run("doctor", "--url", f"http://localhost:{free_port()}", "--json"), 1)
    assert "can't be reached" in problems(found)["reach"]
