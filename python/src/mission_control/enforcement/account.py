"""A decision as it is told: with nothing in it that may not leave the process."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from mission_control.payloads import write_json
from mission_control.policy import Call, Decision, Match, Situation
from mission_control.policy.explanation import to_explanation
from mission_control.runs import Run

from .gate import Ruling

_MAX_MATCHED, _MAX_VALUE = 3_500, 200
_STRICTNESS = {"allow": 0, "warn": 1, "require_approval": 2, "block": 3}


@dataclass(slots=True)
class Account:
    """`verdict` is `would_have` for what a rule under monitor says of an allowed call."""

    verdict: str
    rule: str
    mode: str
    severity: str | None
    matched: list[dict[str, Any]]
    explanation: str
    degraded: bool


def to_account(run: Run, call: Call, ruling: Ruling) -> Account:
    """What is told of a ruling that is not a plain allow."""
    view = to_view(run, call)
    matched = _show_matches(run, call, ruling.decision.matched, view)
    verdict, decided_by = ruling.decision.verdict, ruling.decision.decided_by
    decisive = next((match for match in matched if match.rule == decided_by), None)
    if decisive is None:
        decisive = max(matched, key=lambda match: _STRICTNESS[match.verdict], default=None)
    decision = replace(ruling.decision, matched=matched, decided_by=decisive.rule if decisive else decided_by)
    rulebook = run.agent.rulebook
    return Account(
        verdict="would_have" if verdict == "allow" else verdict,
        rule=_to_rule(decision, decisive),
        mode="monitor" if verdict == "allow" else "enforce",
        severity=rulebook.severities.get(decisive.rule) if decisive and rulebook else None,
        matched=_cut(matched),
        explanation=ruling.explanation or to_explanation(decision, call.name, view),
        degraded=ruling.degraded,
    )


def to_view(run: Run, call: Call) -> Any:
    """The arguments as they may be shown."""
    return run.agent.redactor.redact_json(call.args, (call.name, "args"))


def _to_rule(decision: Decision, decisive: Match | None) -> str:
    """What no policy decided is named by its code."""
    if decisive and decisive.rule in ("capability", "control"):
        return decisive.code
    return decision.decided_by or "none"


def _show_matches(run: Run, call: Call, matched: tuple[Match, ...], view: Any) -> tuple[Match, ...]:
    """Values that a rule quotes are taken from the view: where redaction left nothing to quote, nothing is quoted."""
    rulebook = run.agent.rulebook
    if view is call.args or rulebook is None:
        return matched
    shown = rulebook.engine.explain(replace(call, args=view), Situation(time.time() * 1_000)).matched
    by_rule = {(match.rule, match.code): match for match in shown}
    return tuple(
        replace(match, failed=[_show_leaf(leaf, by_rule.get((match.rule, match.code))) for leaf in match.failed])
        for match in matched
    )


def _show_leaf(leaf: dict[str, Any], same: Match | None) -> dict[str, Any]:
    told = {key: value for key, value in leaf.items() if key != "actual"}
    seen = [one for one in (same.failed if same else []) if (one["path"], one["op"]) == (leaf["path"], leaf["op"])]
    if not seen:
        return {**told, "actual": "[redacted]"}
    return {**told, "actual": seen[0]["actual"]} if "actual" in seen[0] else told


def _cut(matched: tuple[Match, ...]) -> list[dict[str, Any]]:
    """Fits what a line of telemetry may hold."""
    told = [{**match.to_wire(), "failed": [_cut_leaf(leaf) for leaf in match.failed]} for match in matched]
    while len(told) > 1 and len(write_json(told)) > _MAX_MATCHED:
        told.pop()
    return [{**match, "failed": []} for match in told] if len(write_json(told)) > _MAX_MATCHED else told


def _cut_leaf(leaf: dict[str, Any]) -> dict[str, Any]:
    return {key: _cut_value(value) if key in ("expected", "actual") else value for key, value in leaf.items()}


def _cut_value(value: Any) -> Any:
    text = write_json(value)
    return f"{text[:_MAX_VALUE]}…" if len(text) > _MAX_VALUE else value
