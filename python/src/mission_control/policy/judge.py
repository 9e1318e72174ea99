"""What each kind of rule says of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .call import Call, Finding, Situation, Verdict
from .expressions import FailedLeaf
from .rules import IsNamed, LoadedRule, is_supported
from .truth import FALSE, TRUE, UNKNOWN, Truth

Judge = Callable[[Call, Situation], "Finding | None"]

LIMITS = ("tokens", "cost_usd", "tool_calls", "llm_calls", "duration_ms")
_COUNTED = {"tool_calls": "tool", "llm_calls": "model"}
_EXCEEDED: dict[str, Verdict] = {"block": "block", "pause": "block", "escalate": "require_approval", "warn": "warn"}


def create_judge(loaded: LoadedRule) -> Judge | None:
    """Makes what a rule says of calls; its answer is None where it has nothing against one.

    What cannot be told is never permission: it counts as violated in `where`, and as met in `deny`, `forbid` and `when`.
    """
    if not is_supported(loaded.rule):
        return lambda call, situation: Finding("deny", "block", "ir.unsupported")
    create = _JUDGES.get(loaded.rule["kind"])
    return create(loaded) if create else None  # concurrency is held by leases


def to_ctx(call: Call) -> dict[str, Any]:
    return {"tool": call.name, **(call.ctx or {})}


def _judge_tools(loaded: LoadedRule) -> Judge:
    rule, condition = loaded.rule, loaded.condition
    is_denied, is_about, action = loaded.is_denied, loaded.is_about, rule["action"]
    acts = condition is not None or bool(rule.get("match"))

    def judge(call: Call, situation: Situation) -> Finding | None:
        if call.kind != "tool":
            return None
        if is_denied and is_denied(call.name):
            return Finding("deny", "block", "tools.deny")
        if not acts or not is_about(call.name):
            return None
        if condition is None:
            return Finding("where", action, "tools.where")
        truth = condition.test(call.args, call.ctx)
        if truth == TRUE:
            return None
        return Finding("where", action, "tools.where", condition.find_failed(call.args, call.ctx), truth == UNKNOWN)

    return judge


def _judge_data(loaded: LoadedRule) -> Judge:
    def find(stores: list[str], has: Callable[[str], bool]) -> str | None:
        return next((store for store in stores if has(store)), None)

    def find_outside(stores: list[str], is_in: IsNamed | None) -> str | None:
        return find(stores, lambda store: not is_in(store)) if is_in else None

    def judge(call: Call, situation: Situation) -> Finding | None:
        if not call.stores:
            return None
        reads, writes = call.stores.get("read") or [], call.stores.get("write") or []
        denied = find([*reads, *writes], loaded.is_denied) if loaded.is_denied else None
        if denied is not None:
            return _to_store_finding("data.deny", denied, "not in the denied stores")
        read = find_outside(reads, loaded.is_read)
        if read is not None:
            return _to_store_finding("data.read", read, "in the stores to read")
        written = find_outside(writes, loaded.is_written)
        return None if written is None else _to_store_finding("data.write", written, "in the stores to write")

    return judge


def _to_store_finding(code: str, store: str, expected: str) -> Finding:
    leaf: FailedLeaf = {"path": "store", "op": "in", "expected": expected, "actual": store}
    return Finding("deny", "block", code, [leaf])


def _judge_models(loaded: LoadedRule) -> Judge:
    is_allowed, is_denied = loaded.is_allowed, loaded.is_denied

    def judge(call: Call, situation: Situation) -> Finding | None:
        if call.kind != "model":
            return None
        if is_denied and is_denied(call.name):
            return Finding("deny", "block", "models.deny")
        return Finding("deny", "block", "models.allow") if is_allowed and not is_allowed(call.name) else None

    return judge


def _judge_sequence(loaded: LoadedRule) -> Judge | None:
    sequence = loaded.sequence
    if sequence is None:
        return None
    form = loaded.rule["form"]

    def judge(call: Call, situation: Situation) -> Finding | None:
        if call.kind != "tool" or not sequence.is_guarded(call.name):
            return None
        has_happened = situation.past is not None and situation.past.seen[sequence.bit] == 1
        if has_happened == (form == "require"):
            return None
        where = sequence.guarded_where
        truth: Truth = TRUE if where is None else where.test(call.args, to_ctx(call))
        return None if truth == FALSE else Finding("where", "block", f"sequence.{form}", unknown=truth == UNKNOWN)

    return judge


def _judge_escalation(loaded: LoadedRule) -> Judge:
    before, condition = loaded.rule["before"], loaded.condition

    def judge(call: Call, situation: Situation) -> Finding | None:
        if call.kind != before:
            return None
        truth: Truth = TRUE if condition is None else condition.test(call.args, to_ctx(call))
        if truth == FALSE:
            return None
        return Finding("approval", "require_approval", "escalate.when", unknown=truth == UNKNOWN)

    return judge


def _judge_limits(loaded: LoadedRule) -> Judge:
    rule, ref = loaded.rule, loaded.ref
    limits = [(name, rule[name]) for name in LIMITS if rule.get(name) is not None]

    def judge(call: Call, situation: Situation) -> Finding | None:
        used = situation.usage.get(ref) or {}
        for name, limit in limits:
            finding = _judge_limit(call, used.get(name) or 0, (name, limit), rule)
            if finding:
                return finding
        return None

    return judge


def _judge_limit(call: Call, before: float, named: tuple[str, float], rule: dict[str, Any]) -> Finding | None:
    name, limit = named
    counted = _COUNTED.get(name)
    cost = 1 if counted == call.kind else 0
    if counted and not cost:
        return None  # what does not count has nothing to exceed
    after = before + cost
    is_over = after > limit if counted else before >= limit
    warn_at = rule.get("warn_at")
    if not is_over and (warn_at is None or after < limit * warn_at):
        return None
    verdict = _EXCEEDED.get(rule["on_exceed"], "block") if is_over else "warn"
    leaf: FailedLeaf = {"path": name, "op": "lte", "expected": limit, "actual": before if is_over else after}
    return Finding("limit", verdict, f"limits.{name}", [leaf])


def _judge_breaker(loaded: LoadedRule) -> Judge:
    ref, code = loaded.ref, f"breaker.{loaded.rule.get('watch', '')}"

    def judge(call: Call, situation: Situation) -> Finding | None:
        is_open = call.kind in ("tool", "model") and ref in situation.open_breakers
        return Finding("breaker", "block", code) if is_open else None

    return judge


_JUDGES: dict[str, Callable[[LoadedRule], Judge | None]] = {
    "tools": _judge_tools,
    "data": _judge_data,
    "models": _judge_models,
    "sequence": _judge_sequence,
    "escalate": _judge_escalation,
    "limits": _judge_limits,
    "breaker": _judge_breaker,
}
