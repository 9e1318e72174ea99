"""The SDK at work in this process."""

from __future__ import annotations

import atexit
import os
import threading
from typing import Any

from .agents import Agent
from .channel import Channel
from .declaration import is_complete, seal_declarations
from .enrolment import Enrolment
from .flusher import Flusher
from .http import Http
from .ids import new_id, now_micros
from .queue import Queue
from .recorder import Recorder
from .safely import safely
from .settings import AgentOptions, Settings

_EXIT_S = 2.0
# How long a process that runs nothing yet is given to wrap its tools before it enrols.
_IDLE_ENROL_S = 2.0


class Client:
    """Wires the parts. Nothing is sent yet."""

    def __init__(self, settings: Settings, agents: dict[str, Agent] | None = None) -> None:
        self.settings = settings
        self.http = Http(settings.url)
        self.producer = new_id(now_micros())
        self.agents = agents or {options.agent: Agent(options) for options in settings.agents}
        self.main = self.agents[settings.agents[0].agent]
        self.heard_at: int | None = None
        self.is_leaving = False
        drops = dict.fromkeys(("buffer_full", "payload_limit", "sampled", "redactor_slow", "spool_full", "rejected"), 0)
        queue = Queue(drops)
        self.enrolment = Enrolment(self.http, settings.key, self.producer, self.agents, self.hear)
        self.flusher = Flusher(self.http, self.producer, self.enrolment, queue, drops)
        self.recorder = Recorder(queue, drops, self.flusher.kick)
        self.flusher.list_bundles = lambda: {
            slug: agent.bundle["bundle"] if agent.bundle else 0 for slug, agent in list(self.agents.items())
        }
        self.flusher.count_runs = lambda: len(self.recorder.active)
        self.flusher.on_answer = self._follow
        self.channel = Channel(self)
        self.flusher.take_acks = self.channel.take_acks
        self.enrolment.on_enrolled = self.channel.start
        self._idle: threading.Timer | None = None

    def start(self) -> None:
        """Enrols at once when every tool is described, else at the first run, or after a while."""
        if all(is_complete(options) for options in self.settings.agents):
            self.enrolment.ensure()
            return
        self._idle = threading.Timer(_IDLE_ENROL_S, self.enrolment.ensure)
        self._idle.daemon = True
        self._idle.start()

    def make_ready(self) -> None:
        """The first run ends the declaration of tools and waits for the enrolment that carries it."""
        if not self.enrolment.is_current:
            if self._idle:
                self._idle.cancel()
            seal_declarations()
            self.enrolment.ensure()

    def get_agent(self, slug: str) -> Agent:
        """The agent of that slug in this process; one that is new is enrolled with the others."""
        agent = self.agents.get(slug)
        if agent is None:
            agent = self.agents[slug] = Agent(AgentOptions(slug))
            if self.enrolment.is_current:
                self.enrolment.renew()
        return agent

    def hear(self) -> None:
        """The server was heard."""
        self.heard_at = now_micros()

    def stop(self, seconds: float) -> None:
        self.is_leaving = True
        if self._idle:
            self._idle.cancel()
        self.channel.stop()
        self.flusher.stop(seconds)
        self.enrolment.stop()
        self.http.close()

    def _follow(self, answer: dict[str, Any]) -> None:
        """Does what the server's answer to a batch asks for."""
        self.hear()
        self.flusher.sealer.forget(answer.get("need") or [])
        for run in answer.get("keep") or []:
            self.recorder.keep(run)
        for slug, number in (answer.get("bundles") or {}).items():
            self.enrolment.refresh(slug, number)


_active: Client | None = None


def active_client() -> Client | None:
    """The client, or None before `init`, after `shutdown` and with `MC_DISABLE=1`: then every call passes through."""
    return _active


def set_active_client(client: Client | None) -> None:
    global _active
    _active = client


def _leave() -> None:
    client = _active
    if client:
        safely("leaving", lambda: client.stop(_EXIT_S))


def _renew_after_fork() -> None:
    """A child process is a producer of its own: its threads, locks and queue are not those of its parent."""
    client = _active
    if client:
        for agent in client.agents.values():
            agent.is_fresh = False
        set_active_client(safely("a fork", lambda: Client(client.settings, client.agents)))


atexit.register(_leave)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_after_fork)
