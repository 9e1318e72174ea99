"""Makes the decision of an agent's calls by its policies and declarations, in the order of stages that policies have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .approvals import join_approvals
from .call import ALLOW, STAGES, Call, Decision, Finding, Match, Past, Situation
from .capability import create_capability_check
from .judge import Judge, create_judge, to_ctx
from .rules import LoadedRule, load_rules
from .truth import FALSE

_MAX_NAMES = 1_024
_STRICTNESS = {"allow": 0, "warn": 1, "require_approval": 2, "block": 3}
_PLACES = {stage: i for i, stage in enumerate(STAGES)}

_Judged = tuple[LoadedRule, Judge]


class Engine:
    """Pure: the same call in the same situation is decided alike."""

    def __init__(
        self,
        policies: Iterable[dict[str, Any]],
        capability: dict[str, Any] | None = None,
        agent: str = "This agent",
    ) -> None:
        rules = load_rules(policies)
        judged = [(loaded, create_judge(loaded)) for loaded in rules]
        self._judged: list[_Judged] = [(loaded, judge) for loaded, judge in judged if judge]
        self._others = [one for one in self._judged if one[0].rule["kind"] != "tools"]
        self._sequences = [loaded for loaded in rules if loaded.sequence]
        self._sequence_names = [re.sub(r"@\d+:", ":", loaded.ref, count=1) for loaded in self._sequences]
        self._closings = _list_closings(rules)
        self._by_ref = {loaded.ref: loaded for loaded in rules}
        self._cap = _find_cap(rules)
        self._check = create_capability_check(capability, agent) if capability else None
        self._by_name: dict[str, tuple[list[_Judged], list[LoadedRule]]] = {}

    def decide(self, call: Call, situation: Situation) -> Decision:
        """Decides a call; stages after one that blocks are not asked."""
        return self._decide(call, situation, is_whole=False)

    def explain(self, call: Call, situation: Situation) -> Decision:
        """All that any rule says of a call, also what an earlier stage made moot."""
        return self._decide(call, situation, is_whole=True)

    def create_past(self, before: Past | None = None) -> Past:
        """Of a run that begins, or goes on under other versions of its policies: `before` is what it has done."""
        done = set()
        if before:
            done = {name for name, bit in zip(before.rules, before.seen, strict=True) if bit}
        return Past(bytearray(int(name in done) for name in self._sequence_names), self._sequence_names)

    def record(self, past: Past, call: Call, has_failed: bool = False) -> None:
        """Keeps what a call means for later ones.

        One that failed has not done what `require` asks for, and may have done what `forbid` is about.
        """
        if call.kind != "tool":
            return
        for loaded in self._sequences:
            sequence = loaded.sequence
            is_undone = has_failed and loaded.rule["form"] == "require"
            if sequence is None or is_undone or not sequence.is_first(call.name):
                continue
            where = sequence.first_where
            if where is None or where.test(call.args, to_ctx(call)) != FALSE:
                past.seen[sequence.bit] = 1

    def _decide(self, call: Call, situation: Situation, is_whole: bool) -> Decision:
        matches = self._find_early(call, situation)
        if is_whole or not any(match.mode == "enforce" and match.verdict == "block" for match in matches):
            judged, closed = self._list_rules(call)
            for loaded in closed:
                _add(matches, loaded, Finding("deny", "block", "tools.allow"), situation)
            for loaded, judge in judged:
                finding = judge(call, situation)
                if finding:
                    _add(matches, loaded, finding, situation)
        decision = self._to_decision(matches) if matches else ALLOW
        return self._with_cap(decision, call) if call.kind == "model" else decision

    def _find_early(self, call: Call, situation: Situation) -> list[Match]:
        if situation.control:
            return [_to_match(f"control.{situation.control}", "control", "enforce")]
        if self._check is None or call.kind not in ("tool", "model"):
            return []
        found = self._check(call.kind, call.name)
        if found is None:
            return []
        mode = "enforce" if found.verdict == "block" else "monitor"
        return [replace(_to_match(found.code, "capability", mode), message=found.explanation)]

    def _list_rules(self, call: Call) -> tuple[list[_Judged], list[LoadedRule]]:
        """The rules that may say something of a call, and those that shut it out, by its name: tools repeat for ever."""
        if call.kind != "tool":
            return self._others, []
        known = self._by_name.get(call.name)
        if known is None:
            judged = [one for one in self._judged if _is_concerned(one[0], call.name)]
            known = judged, self._find_closed(call.name)
            if len(self._by_name) >= _MAX_NAMES:
                self._by_name.clear()
            self._by_name[call.name] = known
        return known

    def _find_closed(self, name: str) -> list[LoadedRule]:
        return [
            closing
            for tools, closing in self._closings
            if not any(loaded.is_allowed and loaded.is_allowed(name) for loaded in tools)
        ]

    def _order_of(self, match: Match) -> int:
        loaded = self._by_ref.get(match.rule)
        return loaded.order if loaded else -1

    def _to_decision(self, matches: list[Match]) -> Decision:
        ordered = tuple(sorted(matches, key=lambda match: (_PLACES[match.stage], self._order_of(match))))
        counted = [match for match in ordered if match.mode == "enforce"]
        first = max(counted, key=lambda match: _STRICTNESS[match.verdict], default=None)
        if first is None or first.verdict == "allow":
            return replace(ALLOW, matched=ordered)
        decision = Decision(first.verdict, first.stage, first.rule, ordered)
        if first.verdict != "require_approval":
            return decision
        asking = [match for match in counted if match.verdict == "require_approval"]
        return replace(decision, approval=join_approvals(self._approval_of(match) for match in asking))

    def _approval_of(self, match: Match) -> dict[str, Any] | None:
        loaded = self._by_ref.get(match.rule)
        return loaded.rule.get("approval") if loaded else None

    def _with_cap(self, decision: Decision, call: Call) -> Decision:
        is_lower = self._cap is not None and (call.max_tokens is None or self._cap < call.max_tokens)
        return replace(decision, max_tokens=self._cap) if decision.verdict != "block" and is_lower else decision


def _is_concerned(loaded: LoadedRule, name: str) -> bool:
    kind = loaded.rule["kind"]
    if kind == "models":
        return False
    if loaded.sequence:
        return loaded.sequence.is_guarded(name)
    return kind != "tools" or loaded.is_about(name) or bool(loaded.is_denied and loaded.is_denied(name))


def _list_closings(rules: list[LoadedRule]) -> list[tuple[list[LoadedRule], LoadedRule]]:
    """Of each policy that opens some tools: its opening rules, and the one that shuts the others out."""
    policies = {id(loaded.policy): loaded.policy for loaded in rules}
    closings = []
    for policy in policies.values():
        tools = [loaded for loaded in policy.openers if loaded.rule["kind"] == "tools"]
        strict = [loaded for loaded in tools if loaded.rule["mode"] == "enforce"]
        if tools:
            closings.append((tools, (strict or tools)[0]))
    return closings


def _to_match(code: str, stage: str, mode: str) -> Match:
    return Match(stage, 0, 0, "agent", mode, "block", stage, code, [])


def _add(matches: list[Match], loaded: LoadedRule, finding: Finding, situation: Situation) -> None:
    if loaded.until_ms <= situation.at or loaded.ref in situation.exceptions:
        return
    if finding.verdict == "require_approval" and loaded.ref in situation.grants:
        return
    rule = loaded.rule
    matches.append(
        Match(
            rule=loaded.ref,
            line=rule["line"],
            col=rule["col"],
            scope=loaded.scope,
            mode=rule["mode"],
            verdict=finding.verdict,
            stage=finding.stage,
            code=finding.code,
            failed=finding.failed,
            unknown=finding.unknown,
            message=rule.get("message"),
        )
    )


def _find_cap(rules: list[LoadedRule]) -> int | None:
    """The smallest cap on what models answer; None when there is none."""
    caps = [
        loaded.rule["max_output_tokens"]
        for loaded in rules
        if loaded.rule["kind"] == "models"
        and loaded.rule["mode"] == "enforce"
        and loaded.rule.get("max_output_tokens") is not None
    ]
    return min(caps, default=None)
