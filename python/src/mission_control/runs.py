"""Runs and steps while they last in this process, and where the current code stands."""

from __future__ import annotations

import hashlib
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .agents import Agent
from .ids import new_id, now_micros, to_day
from .policy import Past

if TYPE_CHECKING:
    from collections.abc import Callable

    from .payloads import Payload
    from .queue import Item
    from .rulebook import Rulebook

MAX_NAME = 256
MAX_KEY = 1_024
ROOT_KEY = "root"


@dataclass(slots=True)
class Tally:
    """What a tree of runs has used in this process; `since` in microseconds."""

    since: int
    tokens: int = 0
    tool_calls: int = 0
    llm_calls: int = 0


@dataclass(slots=True)
class Parent:
    run: str
    step: str | None


class Run:
    """One execution of an agent. A child shares its tree's root, trace, sampling and tally."""

    def __init__(self, agent: Agent, name: str | None, parent: Place | None, rate: float) -> None:
        self.started_at = now_micros()
        self.id = new_id(self.started_at)
        self.day = to_day(self.started_at)
        above = parent.run if parent else None
        self.root_id: str = above.root_id if above else self.id
        self.trace: str = above.trace if above else self.id.replace("-", "")
        self.agent = agent
        self.name = name
        self.parent = Parent(above.id, parent.step.key if parent and parent.step else None) if above else None
        self.lineage: frozenset[str] = (above.lineage if above else frozenset()) | {agent.slug}
        self.tally: Tally = above.tally if above else Tally(self.started_at)
        self.uploads: bool = above.uploads if above else is_sampled(self.root_id, rate)
        self.lock = threading.Lock()
        self.seq = 0
        self.steps = 0
        self.ordinals: dict[str, int] = {}
        self.confidence: float | None = None
        self.past: Past | None = None
        self.past_of: Rulebook | None = None
        self.violations = 0
        self.warned: set[str] = set()
        self.held: dict[str, str] = {}
        self.held_bytes = 0
        self.is_ended = False
        # Set when it is ended from outside.
        self.aborted = threading.Event()
        self.abort_reason = ""

    def next_seq(self) -> int:
        with self.lock:
            seq = self.seq
            self.seq += 1
            return seq

    def next_key(self, parent_key: str, kind: str, name: str) -> str:
        """`parentKey/kind:name#n`, counted in the order of calls; beyond 1,024 characters the parent is its hash."""
        path = f"{parent_key}/{kind}:{name}"
        with self.lock:
            n = self.ordinals[path] = self.ordinals.get(path, 0) + 1
        key = f"{path}#{n}"
        if len(key) <= MAX_KEY:
            return key
        return f"{hashlib.sha256(parent_key.encode()).hexdigest()}/{kind}:{name}#{n}"

    def hold(self, digest: str, line: str, most: int) -> bool:
        """Keeps a blob until it is known whether the run matters. False when there is no room."""
        with self.lock:
            if digest not in self.held:
                if self.held_bytes + len(line) > most:
                    return False
                self.held[digest] = line
                self.held_bytes += len(line)
            return True

    def take_held(self) -> list[str]:
        with self.lock:
            lines = list(self.held.values())
            self.held.clear()
            self.held_bytes = 0
            return lines

    def abort(self, reason: str) -> None:
        """Ends it from outside: nothing governed begins in it any more."""
        self.abort_reason = reason
        self.aborted.set()


@dataclass(slots=True)
class Step:
    """One boundary crossing of a run; `fields` are those that start and end share."""

    run: Run
    key: str
    kind: str
    name: str
    started_at: int
    fields: dict[str, Any]
    input: Payload | None
    opening: Item | None
    opening_seq: int
    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    # The violation that stopped it.
    violation: str | None = None
    # What is to be done when it ends: status and tokens are counted.
    settle: Callable[[str, dict[str, int] | None], None] | None = None
    is_closed: bool = False


@dataclass(slots=True, frozen=True)
class Place:
    """Where the current code stands: its run, and the step within it when there is one."""

    run: Run
    step: Step | None = None

    @property
    def key(self) -> str:
        return self.step.key if self.step else ROOT_KEY


current_place: ContextVar[Place | None] = ContextVar("mission_control_place", default=None)


def is_sampled(root_run_id: str, rate: float) -> bool:
    """Whether the payloads of a run tree are uploaded: the same answer everywhere for the same root run."""
    if rate >= 1:
        return True
    first = int.from_bytes(hashlib.sha256(root_run_id.encode()).digest()[:4], "big")
    return first / 2**32 < rate
