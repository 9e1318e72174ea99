"""The rules of policies made ready."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .expressions import Condition, compile_expression
from .leaves import OPS, FindMatcher
from .patterns import TextMatcher, create_matcher

SCOPES = ("org", "board_group", "board", "agent_type", "agent")
KINDS = frozenset(["tools", "limits", "concurrency", "breaker", "escalate", "sequence", "data", "models"])

IsNamed = Callable[[str], bool]


@dataclass(slots=True)
class LoadedSequence:
    """`is_first` sets the bit; what `is_guarded` is then forbidden, or for `require` needs it."""

    bit: int
    is_first: IsNamed
    first_where: Condition | None
    is_guarded: IsNamed
    guarded_where: Condition | None


@dataclass(slots=True)
class LoadedPolicy:
    """`openers` are the rules that open a closed world, in order."""

    name: str
    openers: list[LoadedRule] = field(default_factory=list)


@dataclass(slots=True)
class LoadedRule:
    rule: dict[str, Any]
    ref: str
    scope: str
    policy: LoadedPolicy
    # Its place among all rules: broader scopes, then names of policies, then the order of the file.
    order: int
    until_ms: float
    is_about: IsNamed
    is_allowed: IsNamed | None
    is_denied: IsNamed | None
    condition: Condition | None
    sequence: LoadedSequence | None
    is_read: IsNamed | None
    is_written: IsNamed | None


def load_rules(policies: Iterable[dict[str, Any]]) -> list[LoadedRule]:
    """Makes the rules of several policies ready: broader scopes first, then by name, then in the order of the policy."""
    loaded: list[LoadedRule] = []
    bits = 0
    for ir in sorted(policies, key=lambda ir: (ir["scope"], ir["policy"]["name"])):
        find_matcher = _create_find_matcher(ir["dfas"])
        policy = LoadedPolicy(ir["policy"]["name"])
        for rule in ir["rules"]:
            one = _load_rule(rule, ir, policy, find_matcher, len(loaded))
            if rule["kind"] == "sequence":
                one.sequence = _load_sequence(rule, find_matcher, bits)
                bits += 1
            if one.is_allowed:
                policy.openers.append(one)
            loaded.append(one)
    return loaded


def is_supported(rule: dict[str, Any]) -> bool:
    """Whether everything in a rule is known here; one of a later version is not, and must not be passed over."""
    conditions = [value for key, value in rule.items() if key.startswith(("where", "when")) and value is not None]
    return rule["kind"] in KINDS and all(_is_known(expr) for expr in conditions)


def _is_known(expr: dict[str, Any]) -> bool:
    for joint in ("and", "or"):
        if joint in expr:
            return all(_is_known(part) for part in expr[joint])
    return _is_known(expr["not"]) if "not" in expr else expr.get("op") in OPS


def parse_instant(text: str) -> float:
    """Milliseconds since the epoch of an RFC 3339 instant."""
    padded = re.sub(r"\.(\d+)", lambda found: "." + found.group(1)[:6].ljust(6, "0"), text)
    return datetime.fromisoformat(padded.replace("Z", "+00:00")).timestamp() * 1_000


def _create_find_matcher(dfas: list[dict[str, Any]]) -> FindMatcher:
    matchers: dict[int, TextMatcher] = {}

    def find(pat: dict[str, Any]) -> TextMatcher:
        if "x" in pat:
            exact = pat["x"]
            return lambda text: text == exact
        index = pat["d"]
        if index not in matchers:
            is_there = 0 <= index < len(dfas)
            matchers[index] = create_matcher(dfas[index]) if is_there else lambda text: None
        return matchers[index]

    return find


def _to_is_named(pats: list[dict[str, Any]] | None, find_matcher: FindMatcher, unknown: bool = True) -> IsNamed | None:
    """Of a name that is too long to look at, the answer is `unknown`: the one that permits less."""
    if pats is None:
        return None
    names = frozenset(pat["x"] for pat in pats if "x" in pat)
    matchers = [find_matcher(pat) for pat in pats if "x" not in pat]

    def is_named(name: str) -> bool:
        if name in names:
            return True
        for matches in matchers:
            answer = matches(name)
            if unknown if answer is None else answer:
                return True
        return False

    return is_named


def _load_rule(
    rule: dict[str, Any], ir: dict[str, Any], policy: LoadedPolicy, find_matcher: FindMatcher, order: int
) -> LoadedRule:
    where = rule.get("where", rule.get("when"))
    kind, is_data = rule["kind"], rule["kind"] == "data"
    pats = [*(rule.get("match") or []), *(rule.get("allow") or [])]
    return LoadedRule(
        rule=rule,
        ref=f"{ir['policy']['name']}@{ir['policy']['version']}:{rule['id']}",
        scope=SCOPES[ir["scope"] - 1] if 1 <= ir["scope"] <= len(SCOPES) else "org",
        policy=policy,
        order=order,
        until_ms=math.inf if rule.get("until") is None else parse_instant(rule["until"]),
        is_about=(_to_is_named(pats, find_matcher) if kind == "tools" else None) or (lambda name: True),
        is_allowed=_to_is_named(rule.get("allow"), find_matcher, unknown=False),
        is_denied=_to_is_named(rule.get("deny"), find_matcher),
        condition=compile_expression(where, find_matcher) if where else None,
        sequence=None,
        is_read=_to_is_named(rule.get("read"), find_matcher, unknown=False) if is_data else None,
        is_written=_to_is_named(rule.get("write"), find_matcher, unknown=False) if is_data else None,
    )


def _load_sequence(rule: dict[str, Any], find_matcher: FindMatcher, bit: int) -> LoadedSequence:
    first, guarded = ("a", "b") if rule["form"] == "require" else ("b", "a")

    def to_named(side: str) -> IsNamed:
        return _to_is_named([rule[side]], find_matcher) or (lambda name: True)

    def to_where(side: str) -> Condition | None:
        where = rule.get(f"where_{side}")
        return compile_expression(where, find_matcher) if where else None

    return LoadedSequence(bit, to_named(first), to_where(first), to_named(guarded), to_where(guarded))
