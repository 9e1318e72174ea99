"""Says in a sentence why a call was decided so."""

from __future__ import annotations

import json
import re
from typing import Any

from .call import Decision, Match
from .expressions import FailedLeaf

_MAX_VALUE, _MAX_TEXT = 120, 2_000
_RELATIONS = {
    "eq": "must be",
    "ne": "must not be",
    "in": "must be one of",
    "not_in": "must not be one of",
    "lt": "must be less than",
    "lte": "must be at most",
    "gt": "must be more than",
    "gte": "must be at least",
    "max_len": "must have a length of at most",
    "starts_with": "must start with",
    "type": "must be of type",
    "within_path": "must be within",
    "cidr_in": "must be an address in",
    "exists": "must be present:",
}
_REASONS = {
    "tools.deny": "is denied",
    "tools.allow": "is not among the tools that are allowed",
    "models.deny": "is denied",
    "models.allow": "is not among the models that are allowed",
    "sequence.require": "needs another call first",
    "sequence.forbid": "is not allowed after what the run did before",
    "escalate.when": "is to be decided by people",
    "ir.unsupported": "falls under a rule that this version cannot read",
    "control.killed": "is stopped: the kill switch is on",
    "control.paused": "is stopped: the agent is paused",
}
_STARTS = {"allow": "Allowed", "warn": "Warned", "require_approval": "Needs approval", "block": "Blocked"}
_PLACEHOLDER = re.compile(r"\{\{\s*([^}]+?)\s*\}\}")


def to_explanation(decision: Decision, name: str, args: Any) -> str:
    """ "Needs approval: amount is 900, must be at most 200 (refund-size, line 8)."

    `args` is what may be shown of the arguments; so must be the values in the matches.
    """
    decisive = next((match for match in decision.matched if match.rule == decision.decided_by), None)
    decisive = decisive or (decision.matched[0] if decision.matched else None)
    if decisive is None:
        return f"{_STARTS[decision.verdict]}: no rule has anything against {name}."
    start = _STARTS[decision.verdict]
    if decisive.mode == "monitor":
        start = f"Would be: {_STARTS[decisive.verdict].lower()}"
    rule = decisive.rule.rpartition(":")[2]
    place = f" ({rule}, line {decisive.line})" if decisive.line > 0 else ""
    text = f"{_to_reason(decisive, name)}{place}." if decisive.message is None else _fill(decisive.message, args)
    return f"{start}: {text}"[:_MAX_TEXT]


def _to_reason(match: Match, name: str) -> str:
    if match.failed:
        return "; ".join(map(_to_sentence, match.failed))
    return f"{name} {_REASONS.get(match.code, f'was caught by {match.code}')}"


def _to_sentence(leaf: FailedLeaf) -> str:
    op = leaf["op"]
    relation = f'must not hold "{op[4:]}"' if op.startswith("not ") else _RELATIONS.get(op, f'must hold "{op}"')
    stands = f"is {_to_text(leaf['actual'])}" if "actual" in leaf else "is missing"
    return f"{leaf['path']} {stands}, {relation} {_to_text(leaf['expected'])}"


def _to_text(value: Any) -> str:
    text = (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    )
    return f"{text[:_MAX_VALUE]}…" if len(text) > _MAX_VALUE else text


def _fill(message: str, args: Any) -> str:
    """Puts values of the arguments for `{{a.b}}`; what is not there stays empty."""

    def find(placeholder: re.Match[str]) -> str:
        value = args
        for key in placeholder.group(1).split("."):
            if not isinstance(value, dict) or key not in value:
                return ""
            value = value[key]
        return _to_text(value)

    return _PLACEHOLDER.sub(find, message)
