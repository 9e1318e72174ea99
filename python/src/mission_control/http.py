"""Requests to the server over connections that are kept, one for each thread."""

from __future__ import annotations

import http.client
import json
import socket
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
        self._lock = threading.Lock()
        self._open_ones: set[http.client.HTTPConnection] = set()

    def close(self) -> None:
        """Ends all connections, also those on which somebody still waits."""
        with self._lock:
            connections, self._open_ones = list(self._open_ones), set()
        for connection in connections:
            if connection.sock is not None:
                _hang_up(connection.sock)

    def release(self) -> None:
        """Ends the connection of this thread, which needs it no more."""
        kept: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        self._kept.connection = None
        if kept is not None:
            self._discard(kept)

    def _discard(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._open_ones.discard(connection)
        connection.close()

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
        opened: http.client.HTTPConnection
        if self._at.scheme == "https":
            opened = http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        else:
            opened = http.client.HTTPConnection(host, port, timeout=timeout)
        with self._lock:
            self._open_ones.add(opened)
        return opened

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
            self._discard(connection)
            raise
        if answer.will_close:
            self._discard(connection)
        else:
            self._kept.connection = connection
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, named, data.decode("utf-8", "replace"))


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was cut already
    sock.close()
