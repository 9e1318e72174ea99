"""The process's standing with the server: its token, and the bundles of its agents."""

from __future__ import annotations

import json
import os
import platform
import random
import socket
import threading
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from .agents import Agent, BundleCache, is_signed, parse_bundle
from .declaration import list_entrypoints, to_manifest
from .http import Http, Response
from .policy.rules import KINDS
from .safely import warn_once

SDK = "py/1.0.0"
# What this process does when it is told.
COMMANDS = ["bundle", "hold", "release", "kill", "drain", "abort", "keep", "flush", "grant", "version.activate"]
_WAIT_S = 3.0
# A key that is refused will hardly be accepted a second later.
_REFUSED_S = 30.0
# A bundle runs out unless it is renewed, and what was pushed may have been lost.
_RENEW_S = 60.0


def to_backoff(failures: int) -> float:
    """Seconds until the next try: full jitter, 0.5 to 30."""
    return random.uniform(0, min(30.0, 0.5 * 2 ** min(failures, 6)))


class Enrolment:
    def __init__(
        self, http: Http, key: str, producer: str, agents: dict[str, Agent], on_contact: Callable[[], None]
    ) -> None:
        self._http, self._key, self._producer, self._agents = http, key, producer, agents
        self._on_contact = on_contact
        self._cache = BundleCache(key)
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._renewal: threading.Thread | None = None
        self._has_waited = False
        self.token: str | None = None
        # Signs what the server tells this process; base64.
        self.command_key: str | None = None
        self.on_enrolled: Callable[[], None] = lambda: None
        for agent in agents.values():
            kept = self._cache.find(agent.slug)
            if kept and agent.bundle is None:
                agent.apply(kept, is_fresh=False)

    @property
    def is_current(self) -> bool:
        """Whether the server knows the process and its present declaration."""
        return self._done.is_set()

    def ensure(self) -> None:
        """Enrols unless that is done or under way. The first 3 s of it are waited for, then it goes on in the background."""
        if self._done.is_set():
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._enrol, name="mission-control-enrol", daemon=True)
                self._thread.start()
            waits, self._has_waited = not self._has_waited, True
        if waits:
            self._done.wait(_WAIT_S)

    def renew(self) -> None:
        """The token no longer holds, or the declaration changed."""
        self._done.clear()
        self.ensure()

    def stop(self) -> None:
        self._stopped.set()

    def refresh(self, slug: str, number: int) -> None:
        """Fetches the bundle of an agent when the server has a newer one than ours."""
        agent = self._agents.get(slug)
        if agent and agent.bundle and not (agent.is_fresh and number <= agent.bundle["bundle"]):
            self._fetch(agent.bundle)

    def refresh_all(self) -> None:
        """Asks for the bundles of all agents: what did not change costs an empty answer."""
        for agent in list(self._agents.values()):
            if agent.bundle:
                self._fetch(agent.bundle)

    def put(self, value: Any) -> bool:
        """Puts a bundle into force that is known to come from the server; false when it is none."""
        bundle = parse_bundle(value)
        agent = self._agents.get(bundle["agent_slug"]) if bundle else None
        if not bundle or not agent:
            return False
        agent.apply(bundle, is_fresh=True)
        self._cache.save(bundle)
        return True

    def keep(self, agent: Agent) -> None:
        """Keeps what is in force for an agent for a start without the server."""
        if agent.bundle:
            self._cache.save(agent.bundle)

    def _fetch(self, bundle: dict[str, Any]) -> None:
        if not self.token:
            return
        headers = {"authorization": f"Bearer {self.token}"}
        if bundle.get("etag"):
            headers["if-none-match"] = f'"{bundle["etag"]}"'
        try:
            answer = self._http.send("GET", f"/api/v1/agents/{bundle['agent_id']}/bundle", headers=headers)
        except (OSError, HTTPException):
            return  # the server is away: batches and the channel say so, and it is asked again in a minute
        if answer.status in (200, 304):
            self._on_contact()
        if answer.status == 200 and (not self.command_key or is_signed(self.command_key, answer.json())):
            self.put(answer.json())

    def _enrol(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            body = self._to_request()
            wait_s = self._enrol_once(body, failures)
            # A tool that was wrapped meanwhile needs another enrolment.
            if wait_s is None and body == self._to_request():
                break
            failures += 1
            self._stopped.wait(wait_s or 0)
        self._http.release()
        with self._lock:
            self._thread = None
        if not self._stopped.is_set():
            self._done.set()
            self.on_enrolled()
            self._start_renewal()

    def _enrol_once(self, body: bytes, failures: int) -> float | None:
        """None when it is done, else the seconds until the next try."""
        try:
            answer = self._post(body)
        except (OSError, HTTPException):
            return to_backoff(failures)
        if answer.status == 200 and self._accept(answer.json()):
            return None
        if answer.status in (200, 429) or answer.status >= 500:
            return to_backoff(failures)
        warn_once(f"Mission Control refuses to enrol ({answer.status}): {answer.text[:300]}")
        return _REFUSED_S

    def _post(self, body: bytes) -> Response:
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        return self._http.send("POST", "/api/v1/agents/enroll", headers=headers, body=body)

    def _accept(self, answer: dict[str, Any]) -> bool:
        if not isinstance(answer.get("token"), str) or not isinstance(answer.get("bundles"), list):
            return False
        self._on_contact()
        self.token, self.command_key = answer["token"], answer.get("command_key")
        for bundle in answer["bundles"]:
            self.put(bundle)
        for agent in answer.get("agents") or []:
            for text in agent.get("warnings") or []:
                warn_once(f"{agent.get('slug')}: {text}")
        return True

    def _start_renewal(self) -> None:
        if self._renewal is None:
            self._renewal = threading.Thread(target=self._renew_bundles, name="mission-control-bundles", daemon=True)
            self._renewal.start()

    def _renew_bundles(self) -> None:
        while not self._stopped.wait(_RENEW_S * random.uniform(0.9, 1.1)):
            self.refresh_all()

    def _to_request(self) -> bytes:
        told = {
            "producer": self._producer,
            "sdk": SDK,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "runtime": f"python {platform.python_version()}",
            "capabilities": {"commands": COMMANDS, "entrypoints": list_entrypoints(), "rule_kinds": sorted(KINDS)},
            "agents": [_to_agent(agent) for agent in list(self._agents.values())],
        }
        return json.dumps(told).encode()


def _to_agent(agent: Agent) -> dict[str, Any]:
    options = agent.options
    told = {
        "slug": agent.slug,
        "name": options.name,
        "agent_type": options.type,
        "framework": options.framework,
        "version": dict(options.version or {}),
        "manifest": to_manifest(options),
        "parents": list(options.parents),
    }
    return {key: value for key, value in told.items() if value is not None}
