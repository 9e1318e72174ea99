"""The decision: by the fail mode when contact is lost, then by declaration and policies."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mission_control.agents import Agent
from mission_control.ids import now_micros
from mission_control.policy import Call, Decision, Past, Situation
from mission_control.policy.call import ALLOW
from mission_control.policy.rules import parse_instant
from mission_control.runs import Run

if TYPE_CHECKING:
    from mission_control.client import Client

_EFFECTS = {"read": 0.05, "idempotent_write": 0.25, "non_idempotent": 0.45}
_EXTERNAL, _UNSURE, _VERY_UNSURE, _EARLIER_VIOLATION = 0.15, 0.15, 0.3, 0.25


@dataclass(slots=True)
class Ruling:
    """A decision, and whether it was made without contact; `explanation` where the decision does not say so itself."""

    decision: Decision
    degraded: bool
    explanation: str | None = None


def to_block(code: str, stage: str = "control") -> Decision:
    """A block that no rule made."""
    return Decision("block", stage, code)


def decide(client: Client, run: Run, call: Call, effect: str | None, grants: frozenset[str]) -> Ruling:
    """Raises when the policies of the bundle could not be read: that is no permission."""
    agent = run.agent
    if run.aborted.is_set():
        why = f"This run of {agent.slug} was ended from outside: {run.abort_reason}"
        return Ruling(to_block("control.aborted"), False, why)
    degraded = not has_contact(client, agent)
    lost = _decide_without_contact(client, agent, call, effect) if degraded else None
    if lost:
        return lost
    if agent.bundle is None:
        return Ruling(ALLOW, degraded)
    if agent.rulebook is None:
        raise RuntimeError("the policies of the bundle could not be read")
    return Ruling(agent.rulebook.engine.decide(call, _to_situation(run, call, grants)), degraded)


def has_contact(client: Client, agent: Agent) -> bool:
    """Without it nothing can be asked of anybody."""
    ttl_s = agent.bundle["contact_ttl_s"] if agent.bundle else 45
    return client.heard_at is not None and now_micros() - client.heard_at <= ttl_s * 1_000_000


def fail_mode_of(client: Client, agent: Agent) -> str:
    return client.settings.fail_mode or (agent.bundle["fail_mode"] if agent.bundle else "last_known")


def past_of(run: Run) -> Past | None:
    """What the run has done, as the present policies see it."""
    rulebook = run.agent.rulebook
    if rulebook is None or not rulebook.needs_past:
        return None
    if run.past is None or run.past_of is not rulebook:
        run.past, run.past_of = rulebook.engine.create_past(run.past), rulebook
    return run.past


def with_facts(run: Run, call: Call, effect: str | None, external: bool) -> Call:
    """The call with what rules may ask of the run at this moment, where any asks. What is not known is left out."""
    rulebook = run.agent.rulebook
    if rulebook is None or not rulebook.needs_context:
        return call
    confidence = _find_confidence(call)
    if confidence is None:
        confidence = run.confidence
    facts: dict[str, Any] = {
        "tokens": run.tally.tokens,
        "tool_calls": run.tally.tool_calls,
        "risk": to_risk(run, call, effect, external)[0],
    }
    if confidence is not None:
        facts["confidence"] = confidence
    return replace(call, ctx=facts)


def to_risk(run: Run, call: Call, effect: str | None, external: bool) -> tuple[float, dict[str, float]]:
    """The part of the risk that is known in the process: `1 − Π(1 − w)` over what applies, and each weight."""
    factors: dict[str, float] = {}
    weight = _EFFECTS.get(effect or "non_idempotent")
    if call.kind == "tool" and weight is not None:
        factors["side_effect"] = weight
    if external:
        factors["external"] = _EXTERNAL
    confidence = run.confidence
    if confidence is not None and confidence < 0.6:
        factors["confidence"] = _VERY_UNSURE if confidence < 0.3 else _UNSURE
    if run.violations:
        factors["earlier_violation"] = _EARLIER_VIOLATION
    safe = 1.0
    for one in factors.values():
        safe *= 1 - one
    return round(1 - safe, 3), factors


def _find_confidence(call: Call) -> float | None:
    """An answer may say itself how sure it is."""
    if call.kind not in ("output", "task_end") or not isinstance(call.args, Mapping):
        return None
    value = call.args.get("confidence")
    is_share = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if is_share and value is not None else None


def _to_situation(run: Run, call: Call, grants: frozenset[str]) -> Situation:
    agent = run.agent
    at = time.time() * 1_000
    situation = Situation(at, grants=grants)
    if agent.bundle and agent.bundle["control"].get("kill"):
        situation.control = "killed"
    rulebook = agent.rulebook
    if rulebook is None:
        return situation
    situation.exceptions = rulebook.list_exceptions(at)
    situation.open_breakers = rulebook.list_open_breakers(call.name)
    situation.past = past_of(run)
    if rulebook.run_limits:
        tally = run.tally
        usage = {
            "tokens": tally.tokens,
            "tool_calls": tally.tool_calls,
            "llm_calls": tally.llm_calls,
            "duration_ms": (now_micros() - tally.since) / 1_000,
        }
        situation.usage = dict.fromkeys(rulebook.run_limits, usage)
    return situation


def _decide_without_contact(client: Client, agent: Agent, call: Call, effect: str | None) -> Ruling | None:
    """`fail_closed`, any mode but `fail_open` without a bundle, and one that has run out, let only reads through."""
    mode = fail_mode_of(client, agent)
    # Without any bundle nobody has bounded what a model may cost.
    is_bounded = call.kind != "tool" and (call.kind != "model" or agent.bundle is not None)
    is_harmless = is_bounded or effect in ("pure", "read")
    is_known = mode == "last_known" and agent.bundle is not None and not _has_expired(agent.bundle)
    if is_harmless or mode == "fail_open" or is_known:
        return None
    why = "has lost contact" if agent.bundle else "has never had contact"
    explanation = (
        f"{agent.slug} {why} with Mission Control and its fail mode lets only reads through, not {call.name!r}."
    )
    return Ruling(to_block("contact.lost" if agent.bundle else "contact.none"), True, explanation)


def _has_expired(bundle: dict[str, Any]) -> bool:
    until = bundle.get("expires_at")
    return isinstance(until, str) and parse_instant(until) <= time.time() * 1_000
