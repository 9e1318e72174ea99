"""Listens for what the server tells this process, and does it: each command once, acknowledged with the next poll or batch."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from .agents import Agent, is_signed
from .enrolment import to_backoff
from .policy.rules import parse_instant
from .runs import Run
from .safely import safely, warn_once

if TYPE_CHECKING:
    from .client import Client

_WAIT_S = 25
_REFUSED_S = 30.0
_REMEMBERED = 1_000
_DRAIN_S = 300.0
_FLUSH_S = 2.0


class Channel:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._acks: list[str] = []
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "bundle": self._put_bundle,
            "kill": self._kill,
            "hold": self._hold,
            "release": self._refetch,
            "version.activate": self._refetch,
            "drain": self._drain,
            "abort": self._abort,
            "keep": self._keep,
            "flush": lambda body: client.flusher.kick(True),
        }

    def start(self) -> None:
        """Begins to listen, in the background."""
        with self._lock:
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._listen, name="mission-control-channel", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def take_acks(self) -> list[str]:
        with self._lock:
            acks, self._acks = self._acks, []
            return acks

    def _listen(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            wait_s = self._poll()
            if wait_s is None:
                if failures:
                    # What was said meanwhile may be lost.
                    safely("renewing bundles", self._client.enrolment.refresh_all)
                failures = 0
                continue
            failures += 1
            self._stopped.wait(max(wait_s, to_backoff(failures)))

    def _poll(self) -> float | None:
        """None when the server answered, else how many seconds to wait at least."""
        token, key = self._client.enrolment.token, self._client.enrolment.command_key
        if not token or not key:
            return _REFUSED_S
        acks = self.take_acks()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        body = json.dumps({"wait_s": _WAIT_S, "ack": acks}).encode()
        try:
            answer = self._client.http.send(
                "POST", "/api/v1/commands/poll", headers=headers, body=body, timeout=_WAIT_S + 10
            )
        except (OSError, HTTPException):
            answer = None  # the server is away: what was not acknowledged comes again
        if answer is None or answer.status != 200:
            with self._lock:
                self._acks = acks + self._acks
            return self._refuse(answer.status if answer else 503)
        self._client.hear()
        for command in answer.json().get("commands") or []:
            safely("a command", partial(self._receive, key, command))
        return None

    def _refuse(self, status: int) -> float:
        if status in (401, 409):
            self._client.enrolment.renew()
            return 0
        return 0 if status >= 500 or status == 429 else _REFUSED_S

    def _receive(self, key: str, command: dict[str, Any]) -> None:
        if not is_signed(key, command) or not isinstance(command.get("body"), dict):
            warn_once("a command that Mission Control did not sign for this process was left undone")
            return
        identity = command["id"]
        with self._lock:
            self._acks.append(identity)
            is_new = identity not in self._seen
            self._seen[identity] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        handler = self._handlers.get(command["type"])
        if handler and is_new and parse_instant(command["expires_at"]) > time.time() * 1_000:
            handler(command["body"])

    def _find_agent(self, body: dict[str, Any]) -> Agent | None:
        agents = list(self._client.agents.values())
        return next((one for one in agents if one.bundle and one.bundle["agent_id"] == body.get("agent_id")), None)

    def _runs_of(self, agent: Agent) -> list[Run]:
        """The open runs of an agent, and those that they have started."""
        return [run for run in list(self._client.recorder.active.values()) if agent.slug in run.lineage]

    def _change(self, body: dict[str, Any], control: dict[str, Any]) -> Agent | None:
        agent = self._find_agent(body)
        if agent and agent.control(control, body.get("bundle") or 0):
            self._client.enrolment.keep(agent)
        return agent

    def _end_runs(self, agent: Agent, reason: str) -> None:
        for run in self._runs_of(agent):
            run.abort(reason)

    def _put_bundle(self, body: dict[str, Any]) -> None:
        if not self._client.enrolment.put(body.get("content")):
            self._refetch(body)

    def _refetch(self, body: dict[str, Any]) -> None:
        agent = self._find_agent(body)
        if agent:
            self._client.enrolment.refresh(agent.slug, body.get("bundle") or 0)

    def _kill(self, body: dict[str, Any]) -> None:
        reason = str(body.get("reason") or "")
        kill = {"id": str(body.get("kill_id")), "reason": reason, "abort": body.get("abort") is True}
        agent = self._change(body, {"state": "paused", "kill": kill})
        if agent and kill["abort"]:
            self._end_runs(agent, f"{agent.slug} was killed: {reason}")

    def _hold(self, body: dict[str, Any]) -> None:
        agent = self._change(body, {"state": "paused", "retry_at": body.get("retry_at")})
        if agent and body.get("abort") is True:
            self._end_runs(agent, f"{agent.slug} was paused: {body.get('reason')}")

    def _drain(self, body: dict[str, Any]) -> None:
        agent = self._change(body, {"state": "draining"})
        if agent is None:
            return

        def end() -> None:
            # It may have been resumed meanwhile.
            if agent.bundle and agent.bundle["control"]["state"] == "draining":
                self._end_runs(agent, f"{agent.slug} was drained and its time is up")

        timer = threading.Timer(max(0.0, float(body.get("deadline_s", _DRAIN_S))), end)
        timer.daemon = True
        timer.start()

    def _abort(self, body: dict[str, Any]) -> None:
        agent, run_id = self._find_agent(body), body.get("run")
        for run in self._runs_of(agent) if agent else []:
            if run_id is None or run_id in (run.id, run.root_id):
                run.abort(f"ended by Mission Control: {body.get('reason') or 'no reason given'}")

    def _keep(self, body: dict[str, Any]) -> None:
        for run in body.get("runs") or []:
            self._client.recorder.keep(str(run))
