"""What stands in for Mixpanel: a local HTTP server that notes what is posted to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Receiver:
    """Notes the forms that were posted; one that hangs answers when it is let go."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.forms: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self._came = threading.Condition()
        self._answer = threading.Event()
        if not hangs:
            self._answer.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver._note(self.path, {key: value[0] for key, value in parse_qs(body).items()})
                receiver._answer.wait(60)
                answer = b'{"status": 1, "error": null}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _note(self, path: str, form: dict[str, Any]) -> None:
        with self._came:
            self.paths.append(path)
            self.forms.append({**form, "data": json.loads(form["data"])})
            self._came.notify_all()

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many have come; return their messages."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.forms) >= count, 20), self.forms
        return self.messages

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What has come so far."""
        return [form["data"] for form in self.forms]

    @contextmanager
    def serving(self) -> Iterator[Receiver]:
        """Serve for the body."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._answer.set()
            self._server.shutdown()
            self._server.server_close()
