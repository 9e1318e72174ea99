"""Sends what is queued from a thread of its own: batches are sealed under a number and sent until the server has them."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Any

from .enrolment import SDK, Enrolment, to_backoff
from .http import Http, Response
from .ids import now_micros, to_instant
from .payloads import Sealer
from .queue import Item, Queue
from .safely import safely, warn_once

_GATHER_S, _GATHER_SOON_S = 1.0, 0.05
_HEARTBEAT_S = 15.0
_TIMEOUT_S = 5.0
_MAX_EVENTS, _SLICE = 2_000, 64
# Text compresses about threefold at level 1: this keeps a batch near 1 MiB compressed.
_MAX_CHARACTERS = 3 * 1024 * 1024
_MIN_GZIP_BYTES = 1_024
# Fields with words of the host: they pass the same rules as payloads.
_FREE_FIELDS = ("error", "message", "outcome", "data", "tags", "stack")
_MAC = sys.platform == "darwin"


@dataclass
class Batch:
    """Lines sealed under a number: repeated with the same content until the server has it."""

    number: int
    lines: list[str]


class Flusher:
    def __init__(self, http: Http, producer: str, enrolment: Enrolment, queue: Queue, drops: dict[str, int]) -> None:
        self._http, self._producer, self._enrolment = http, producer, enrolment
        self._queue, self._drops = queue, drops
        self.sealer = Sealer(drops)
        self._number = 0
        self._wake = threading.Event()
        self._soon = threading.Event()
        self._stopped = threading.Event()
        self._idle = threading.Condition()
        self._is_busy = False
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()
        self._last_sent = time.monotonic()
        self._cpu_s = 0.0
        self.list_bundles: Callable[[], dict[str, int]] = dict
        self.count_runs: Callable[[], int] = lambda: 0
        self.take_acks: Callable[[], list[str]] = list
        self.on_answer: Callable[[dict[str, Any]], None] = lambda answer: None

    def kick(self, soon: bool) -> None:
        """Something is queued."""
        if self._thread is None:
            self._start()
        if soon:
            self._soon.set()
        self._wake.set()

    def flush(self, seconds: float) -> bool:
        """Sends what is queued and ends when the server has it, or after a time. True when nothing is left."""
        end = time.monotonic() + seconds
        self.kick(soon=True)
        with self._idle:
            while len(self._queue) or self._is_busy:
                rest = end - time.monotonic()
                if rest <= 0:
                    return False
                self._idle.wait(min(rest, 0.05))
        return True

    def stop(self, seconds: float) -> None:
        """Ends the background work after a last flush."""
        self.flush(seconds)
        self._stopped.set()
        self._soon.set()
        self._wake.set()
        if self._thread:
            self._thread.join(seconds)

    def _start(self) -> None:
        with self._start_lock:
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._run, name="mission-control-flush", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self._wake.wait(_HEARTBEAT_S):
                safely("a heartbeat", self._beat)
                continue
            self._soon.wait(_GATHER_S)
            self._wake.clear()
            if self._soon.is_set() and not self._stopped.is_set():
                self._soon.clear()
            try:
                self._send_all()
            except Exception as error:
                warn_once(f"sending telemetry failed: {error}")

    def _send_all(self) -> None:
        while len(self._queue):
            self._set_busy(True)
            try:
                batch = self._seal()
                if batch:
                    self._deliver(batch)
            finally:
                self._set_busy(False)
            if self._stopped.is_set():
                return

    def _set_busy(self, is_busy: bool) -> None:
        with self._idle:
            self._is_busy = is_busy
            self._idle.notify_all()

    def _seal(self) -> Batch | None:
        lines: list[str] = []
        size = 0
        while len(self._queue) and len(lines) < _MAX_EVENTS and size < _MAX_CHARACTERS:
            began = time.thread_time()
            for item in self._queue.take(_SLICE):
                made: list[str] = []
                # A list of lines of its own: an event that cannot be written costs itself only.
                line = safely("preparing an event", partial(self._to_line, item, made.append))
                if line is None:
                    self._drops["rejected"] += 1
                    continue
                lines += [*made, line]
                size += sum(map(len, made)) + len(line)
            self._cpu_s += time.thread_time() - began
            time.sleep(0)  # the host's own work goes on between slices
        return self._number_lines(lines) if lines else None

    def _number_lines(self, lines: list[str]) -> Batch:
        self._number += 1
        return Batch(self._number, lines)

    def _to_line(self, item: Item, add_line: Callable[[str], None]) -> str:
        if item.line is not None:
            return item.line
        run = item.run
        free = {name: run.agent.redactor.redact_json(item.fields[name]) for name in _FREE_FIELDS if name in item.fields}
        told = {"t": item.t, "run": run.id, "seq": item.seq, "ts": to_instant(item.at), **item.fields, **free}
        head = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str)
        payloads = "".join(
            f',"{name}":{self.sealer.seal(run, payload, add_line)}' for name, payload in item.payloads.items()
        )
        return f"{head[:-1]}{payloads}}}" if payloads else head

    def _deliver(self, batch: Batch) -> None:
        body = "\n".join(batch.lines).encode("utf-8", "replace")
        is_large = len(body) >= _MIN_GZIP_BYTES
        sealed = gzip.compress(body, 1) if is_large else body
        self._queue.in_flight = len(sealed)
        failures = 0
        try:
            while True:
                answer = self._send(batch.number, sealed, is_large)
                if answer is not None and self._settle(batch, answer):
                    return
                if self._stopped.is_set():
                    return
                retry_after = _to_seconds(answer.headers.get("retry-after")) if answer else None
                self._stopped.wait(to_backoff(failures) if retry_after is None else retry_after)
                failures += 1
        finally:
            self._queue.in_flight = 0

    def _settle(self, batch: Batch, answer: Response) -> bool:
        """Whether the batch is done with: the server has it, or will never take it."""
        if answer.status == 200:
            told = answer.json()
            if "accepted" not in told:
                return False  # a 200 that is not the server's (a captive portal): nothing was stored
            self._drops["rejected"] += int(told.get("rejected_total") or len(told.get("rejected") or []))
            self.on_answer(told)
            return True
        if answer.status == 401:
            self._enrolment.renew()
            return False
        if answer.status == 413 and len(batch.lines) > 1:
            middle = len(batch.lines) // 2
            self._deliver(self._number_lines(batch.lines[:middle]))
            self._deliver(self._number_lines(batch.lines[middle:]))
            return True
        if answer.status in (408, 425, 429) or answer.status >= 500:
            return False
        self._drops["rejected"] += len(batch.lines)
        return True

    def _send(self, number: int, sealed: bytes, is_gzip: bool) -> Response | None:
        if not self._enrolment.token:
            self._enrolment.ensure()
            return None
        header = f"{self._to_header(number)}\n".encode()
        # Gzip members may follow each other, so the events stay sealed.
        body = (gzip.compress(header, 1) if is_gzip else header) + sealed
        headers = {
            "authorization": f"Bearer {self._enrolment.token}",
            "content-type": "application/x-ndjson",
            "content-encoding": "gzip" if is_gzip else "identity",
        }
        self._last_sent = time.monotonic()
        try:
            return self._http.send("POST", "/api/v1/telemetry/batches", headers=headers, body=body, timeout=_TIMEOUT_S)
        except (OSError, HTTPException):
            return None  # the server is away, slow or cut the connection; the batch is kept

    def _beat(self) -> None:
        """Says that the process lives when nothing else did."""
        answer = self._send(0, b"", False)
        if answer is not None and answer.status == 200:
            self.on_answer(answer.json())
        elif answer is not None and answer.status == 401:
            self._enrolment.renew()

    def _to_header(self, number: int) -> str:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told: dict[str, Any] = {
            "v": 1,
            "producer": self._producer,
            "batch": number,
            "sdk": SDK,
            "sent_at": to_instant(now_micros()),
            "bundles": self.list_bundles(),
            "dropped": self._drops,
            "self": {
                "cpu_ms": round(self._cpu_s * 1_000),
                "rss_mb": round(usage.ru_maxrss / (2**20 if _MAC else 2**10)),
                "queue_bytes": self._queue.bytes + self._queue.in_flight,
                "active_runs": self.count_runs(),
            },
        }
        acks = self.take_acks()
        return json.dumps({**told, "ack": acks} if acks else told)


def _to_seconds(text: str | None) -> float | None:
    try:
        return min(max(float(text), 0), 60) if text else None
    except ValueError:
        return None
