"""What an agent is about to do, what holds at that moment, and what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

from .expressions import FailedLeaf

CallKind = Literal["tool", "model", "store", "output", "task_end"]
Verdict = Literal["allow", "warn", "require_approval", "block"]

# The stages of a decision, in the order in which they are passed.
STAGES = ("control", "capability", "breaker", "deny", "where", "approval", "limit", "allow")


@dataclass(slots=True)
class Call:
    """`name` is that of the tool (also of one that touches a store), or `provider/model`."""

    kind: CallKind
    name: str
    args: Any = None
    ctx: Mapping[str, Any] | None = None
    stores: Mapping[str, list[str]] | None = None
    max_tokens: int | None = None


@dataclass(slots=True)
class Past:
    """A bit for each rule about order whose first part has happened, and the rule it belongs to, whatever its version."""

    seen: bytearray
    rules: list[str]


@dataclass(slots=True)
class Situation:
    """What holds beyond the call itself. Rules are named `policy@version:rule`; `at` is milliseconds since the epoch."""

    at: float
    control: Literal["killed", "paused"] | None = None
    open_breakers: Set[str] = frozenset()
    usage: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    grants: Set[str] = frozenset()
    exceptions: Set[str] = frozenset()
    past: Past | None = None


@dataclass(slots=True)
class Finding:
    """What one rule says of a call."""

    stage: str
    verdict: Verdict
    code: str
    failed: list[FailedLeaf] = field(default_factory=list)
    unknown: bool = False


@dataclass(slots=True)
class Match:
    """A finding and where it comes from; `verdict` is what the rule alone says, under monitor what it would have said."""

    rule: str
    line: int
    col: int
    scope: str
    mode: str
    verdict: Verdict
    stage: str
    code: str
    failed: list[FailedLeaf]
    unknown: bool = False
    message: str | None = None

    def to_wire(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("rule", "line", "col", "scope", "mode", "verdict", "stage", "code", "failed")
        }
        if self.unknown:
            told["unknown"] = True
        if self.message is not None:
            told["message"] = self.message
        return told


@dataclass(slots=True, frozen=True)
class Decision:
    """`decided_by` is the rule, or `capability`, `control`; None when nothing had to decide."""

    verdict: Verdict
    stage: str
    decided_by: str | None
    matched: tuple[Match, ...] = ()
    max_tokens: int | None = None
    approval: Mapping[str, Any] | None = None


ALLOW = Decision("allow", "allow", None)
