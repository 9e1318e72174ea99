"""What an agent declared that it may touch."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .globs import NameMatcher, compile_globs

_WORDS = {"tool": "tool", "store": "data store", "subagent": "sub-agent", "model": "model"}


@dataclass(slots=True, frozen=True)
class Undeclared:
    """`verdict` is `block`, or `would_have` where declarations are only watched."""

    verdict: str
    code: str
    explanation: str


# Asked by kind (tool, store, subagent, model) and name (`provider/model`); None where it is declared.
CapabilityCheck = Callable[[str, str], "Undeclared | None"]


def create_capability_check(capability: dict[str, Any], agent: str) -> CapabilityCheck:
    """Makes the check of an agent's declarations; `agent` is how the explanation names it."""
    if capability["mode"] == "off":
        return lambda kind, name: None
    verdict = "block" if capability["mode"] == "enforce" else "would_have"
    tools = frozenset(tool["name"] for tool in capability["tools"])
    models = capability.get("models")
    declared: dict[str, NameMatcher] = {
        "tool": tools.__contains__,
        "store": compile_globs(capability["stores"]),
        "subagent": frozenset(capability["subagents"]).__contains__,
        "model": compile_globs(models) if models is not None else lambda name: True,
    }

    def check(kind: str, name: str) -> Undeclared | None:
        if declared[kind](name):
            return None
        written = json.dumps(name, ensure_ascii=False)
        explanation = f"{agent} has not declared the {_WORDS[kind]} {written} in its manifest."
        return Undeclared(verdict, f"capability.{kind}_undeclared", explanation)

    return check
