"""Conditions: leaves joined by and, or, not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .leaves import FindMatcher, compile_leaf
from .paths import MISSING, compile_path, format_path
from .truth import FALSE, TRUE, UNKNOWN, Truth, all_hold, any_holds, negate

# A leaf that does not hold: path, op, expected, and actual where something stood.
FailedLeaf = dict[str, Any]
Describe = Callable[[Any, Any], FailedLeaf]


@dataclass(frozen=True)
class Condition:
    """Asked of the arguments of a call and of what is known of its run."""

    test: Callable[[Any, Any], Truth]
    find_failed: Callable[[Any, Any], list[FailedLeaf]]


def compile_expression(expr: dict[str, Any], find_matcher: FindMatcher) -> Condition:
    """Makes a condition ready. What it cannot read it does not know: the caller decides what unknown means."""
    if "and" in expr:
        return _compile_all([compile_expression(part, find_matcher) for part in expr["and"]])
    if "or" in expr:
        return _compile_any([compile_expression(part, find_matcher) for part in expr["or"]])
    if "not" in expr:
        return _compile_not(expr["not"], find_matcher)
    return _compile_leaf_at(expr, find_matcher)


def _collect(parts: list[Condition], args: Any, ctx: Any) -> list[FailedLeaf]:
    return [leaf for part in parts for leaf in part.find_failed(args, ctx)]


def _compile_all(parts: list[Condition]) -> Condition:
    return Condition(
        lambda args, ctx: all_hold(parts, lambda part: part.test(args, ctx)),
        lambda args, ctx: _collect(parts, args, ctx),
    )


def _compile_any(parts: list[Condition]) -> Condition:
    def test(args: Any, ctx: Any) -> Truth:
        return any_holds(parts, lambda part: part.test(args, ctx))

    return Condition(test, lambda args, ctx: [] if test(args, ctx) == TRUE else _collect(parts, args, ctx))


def _compile_not(part: dict[str, Any], find_matcher: FindMatcher) -> Condition:
    condition = compile_expression(part, find_matcher)
    descriptions = [_create_description(leaf, "not ") for leaf in _list_leaves(part)]
    return Condition(
        lambda args, ctx: negate(condition.test(args, ctx)),
        lambda args, ctx: (
            [] if condition.test(args, ctx) == FALSE else [describe(args, ctx) for describe in descriptions]
        ),
    )


def _compile_leaf_at(leaf: dict[str, Any], find_matcher: FindMatcher) -> Condition:
    walk = compile_path(leaf["p"], compile_leaf(leaf, find_matcher))
    is_args = leaf["p"]["from"] == "args"
    describe = _create_description(leaf, "")

    def test(args: Any, ctx: Any) -> Truth:
        return walk(args if is_args else ctx)

    return Condition(test, lambda args, ctx: [] if test(args, ctx) == TRUE else [describe(args, ctx)])


def _list_leaves(expr: dict[str, Any]) -> list[dict[str, Any]]:
    for joint in ("and", "or"):
        if joint in expr:
            return [leaf for part in expr[joint] for leaf in _list_leaves(part)]
    return _list_leaves(expr["not"]) if "not" in expr else [expr]


def _create_description(leaf: dict[str, Any], prefix: str) -> Describe:
    """Makes what is said of a leaf that does not hold."""
    path = leaf["p"]
    written, op = format_path(path), prefix + leaf["op"]
    is_many = any(isinstance(segment, dict) for segment in path["s"])

    def describe(args: Any, ctx: Any) -> FailedLeaf:
        found: list[Any] = []

        def look(value: Any) -> Truth:
            if value is not MISSING:
                found.append(value)
            return UNKNOWN  # so that every element is seen

        compile_path(path, look)(args if path["from"] == "args" else ctx)
        failed: FailedLeaf = {"path": written, "op": op, "expected": leaf.get("v")}
        if is_many:
            failed["actual"] = found
        elif found:
            failed["actual"] = found[0]
        return failed

    return describe
