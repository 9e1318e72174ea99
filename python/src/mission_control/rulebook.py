"""The declaration and policies of an agent made ready, with what they need to be told of a run."""

from __future__ import annotations

import json
import re
from typing import Any

from .policy import Engine
from .policy.rules import parse_instant


def _without_version(ref: str) -> str:
    """`policy:rule`: what exceptions and breakers are about goes on under the next version of a policy."""
    return re.sub(r"@\d+:", ":", ref, count=1)


class Rulebook:
    """Raises when a policy cannot be read: then nothing is known to be allowed."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        policies = bundle["policies"]
        named = [
            (f"{ir['policy']['name']}@{ir['policy']['version']}:{rule['id']}", rule)
            for ir in policies
            for rule in ir["rules"]
        ]
        self.engine = Engine(policies, bundle["capability"], bundle["agent_slug"])
        self.severities = {ref: rule["severity"] for ref, rule in named}
        self.run_limits = [ref for ref, rule in named if rule["kind"] == "limits" and rule["per"] == "run"]
        self.unheld = [ref for ref, rule in named if rule["mode"] == "enforce" and _needs_leases(rule)]
        self.needs_context = '"from":"ctx"' in json.dumps(policies, separators=(",", ":"))
        self.needs_past = any(rule["kind"] == "sequence" for _, rule in named)
        self.needs_output = any(rule["kind"] == "escalate" and rule["before"] == "output" for _, rule in named)
        self.needs_task_end = any(rule["kind"] == "escalate" and rule["before"] == "task_end" for _, rule in named)
        ends = {_without_version(one["rule"]): parse_instant(one["until"]) for one in bundle["exceptions"]}
        self._exceptions = [(ref, ends[key]) for ref, _ in named if (key := _without_version(ref)) in ends]
        self._breakers = [one for key in bundle["breakers"] for one in _find_breakers(key, named)]

    def list_exceptions(self, at: float) -> frozenset[str]:
        return frozenset(ref for ref, until in self._exceptions if until > at)

    def list_open_breakers(self, tool: str) -> frozenset[str]:
        """The rules whose breakers stand in the way of a tool; half-open ones do, too: this process asks for no probes."""
        return frozenset(ref for ref, of in self._breakers if of is None or of == tool)


def _needs_leases(rule: dict[str, Any]) -> bool:
    """What is shared between processes: this SDK holds no shares of it yet, only what a run uses in its process."""
    if rule["kind"] == "limits":
        return bool(rule["per"] != "run") or rule.get("cost_usd") is not None
    return bool(rule["kind"] == "concurrency")


def _find_breakers(breaker: dict[str, Any], named: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str | None]]:
    """Only those that block tools: what pauses an agent or rolls it back is done by the server."""
    key = _without_version(breaker["key"])
    for ref, rule in named:
        is_blocking = rule["kind"] == "breaker" and rule["action"] == "block_tool"
        if is_blocking and breaker["state"] != "closed" and key.startswith(f"{_without_version(ref)}|"):
            return [(ref, key.rpartition("|")[2] if rule["scope"] == "tool" else None)]
    return []
