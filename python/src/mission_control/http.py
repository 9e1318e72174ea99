"""Requests to the server over connections that are kept, one for each thread."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MAX_RESPONSE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> dict[str, Any]:
        """The answer as an object; an empty one for what is none of ours (a proxy in between)."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class Http:
    """Raises OSError or HTTPException when there is no answer in time."""

    def __init__(self, url: str) -> None:
        self._at = urlsplit(url)
        self._kept = threading.local()

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        body: bytes | None = None,
        timeout: float = 10,
    ) -> Response:
        kept: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        if kept is not None:
            try:
                return self._exchange(kept, method, path, headers, body, timeout)
            except TimeoutError:
                raise
            except (OSError, http.client.HTTPException):
                pass  # a kept connection may have been closed by the server meanwhile: a new one decides
        return self._exchange(self._open(timeout), method, path, headers, body, timeout)

    def _open(self, timeout: float) -> http.client.HTTPConnection:
        host, port = self._at.hostname or "127.0.0.1", self._at.port
        if self._at.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=timeout)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None,
        timeout: float,
    ) -> Response:
        self._kept.connection = None
        try:
            connection.timeout = timeout
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(method, self._at.path + path, body, headers)
            answer = connection.getresponse()
            data = answer.read(MAX_RESPONSE_BYTES + 1)
            if len(data) > MAX_RESPONSE_BYTES:
                raise http.client.HTTPException("the answer is too long")
        except BaseException:
            connection.close()
            raise
        if not answer.will_close:
            self._kept.connection = connection
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, named, data.decode("utf-8", "replace"))
