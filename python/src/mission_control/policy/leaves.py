"""What a condition asks of the value at its path."""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from mission_control.canonical import canonical_json

from .hosts import create_cidr_test, is_within_path, to_host
from .paths import MISSING, Test
from .patterns import TextMatcher
from .truth import UNKNOWN, Truth

FindMatcher = Callable[[dict[str, Any]], TextMatcher]

OPS = frozenset(
    [
        "eq",
        "ne",
        "in",
        "not_in",
        "lt",
        "lte",
        "gt",
        "gte",
        "matches",
        "glob",
        "starts_with",
        "domain_in",
        "cidr_in",
        "within_path",
        "max_len",
        "type",
        "exists",
    ]
)
_ORDERS: dict[str, Callable[[float, float], bool]] = {"lt": lt, "lte": le, "gt": gt, "gte": ge}
_PLAIN = (str, bool, int, float, type(None))


def compile_leaf(leaf: dict[str, Any], find_matcher: FindMatcher) -> Test:
    """Makes the test of a leaf. An operation that is not known here is unknown of everything."""
    op: str = leaf["op"]
    expected: Any = leaf.get("v")
    if op in ("eq", "ne"):
        return _compile_equality(expected, op == "eq")
    if op in ("in", "not_in"):
        return _compile_membership(expected, op == "in")
    if op in _ORDERS:
        return _compile_order(_ORDERS[op], expected)
    if op == "type":
        return lambda value: UNKNOWN if value is MISSING else int(_is_of_type(value, expected))
    if op == "exists":
        return lambda value: int((value is not MISSING) == expected)
    test = _find_text_test(op, expected, find_matcher)
    return _of_text(test) if test else lambda value: UNKNOWN


def _find_text_test(op: str, expected: Any, find_matcher: FindMatcher) -> TextMatcher | None:
    if op == "max_len":
        return lambda text: len(text) <= expected
    if op in ("matches", "glob"):
        return find_matcher(expected)
    if op == "starts_with":
        return lambda text: text.startswith(expected)
    if op == "within_path":
        return lambda text: is_within_path(text, expected)
    if op == "domain_in":
        return _test_domains([find_matcher(name) for name in expected])
    return _test_networks(expected) if op == "cidr_in" else None


def _of_text(test: TextMatcher) -> Test:
    """Unknown for what is no text, and where the test says None."""

    def ask(value: Any) -> Truth:
        holds = test(value) if isinstance(value, str) else None
        return UNKNOWN if holds is None else int(holds)

    return ask


def to_number(value: Any) -> float | None:
    """A number as the double it is elsewhere; None for what is none, or beyond it. Booleans are no numbers."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _compile_order(order: Callable[[float, float], bool], limit: float) -> Test:
    def ask(value: Any) -> Truth:
        number = to_number(value)
        return UNKNOWN if number is None else int(order(number, limit))

    return ask


def _to_key(value: Any) -> tuple[str, Any] | None:
    """Plain values that are the same have the same key; None for a number that is none elsewhere."""
    if isinstance(value, str):
        return ("text", value)
    if value is None or isinstance(value, bool):
        return ("flag", value)
    number = to_number(value)
    return None if number is None else ("number", number)


def _compile_equality(expected: Any, is_equal: bool) -> Test:
    equals = _to_comparison(expected)

    def ask(value: Any) -> Truth:
        if value is MISSING:
            return UNKNOWN
        same = equals(value)
        return UNKNOWN if same is None else int(same == is_equal)

    return ask


def _to_comparison(expected: Any) -> Callable[[Any], bool | None]:
    """Deep equality of JSON; None for a value that has no JSON."""
    if isinstance(expected, _PLAIN):
        due = _to_key(expected)

        def equals_plain(value: Any) -> bool | None:
            if not isinstance(value, _PLAIN):
                return False
            key = _to_key(value)
            return None if key is None else key == due

        return equals_plain
    text = canonical_json(expected)

    def equals(value: Any) -> bool | None:
        if isinstance(value, _PLAIN):
            return False
        try:
            return canonical_json(value) == text
        except TypeError:
            return None

    return equals


def _compile_membership(expected: list[Any], is_in: bool) -> Test:
    plain = frozenset(_to_key(item) for item in expected if isinstance(item, _PLAIN))
    deep = [_to_comparison(item) for item in expected if not isinstance(item, _PLAIN)]

    def ask(value: Any) -> Truth:
        if value is MISSING:
            return UNKNOWN
        if isinstance(value, _PLAIN):
            key = _to_key(value)
            return UNKNOWN if key is None else int((key in plain) == is_in)
        for equals in deep:
            same = equals(value)
            if same is None:
                return UNKNOWN
            if same:
                return int(is_in)
        return int(not is_in)

    return ask


def _test_domains(names: list[TextMatcher]) -> TextMatcher:
    def test(text: str) -> bool | None:
        host = to_host(text)
        return None if host is None else any(name(host) for name in names)

    return test


def _test_networks(networks: list[str]) -> TextMatcher:
    tests = [create_cidr_test(network) for network in networks]

    def test(text: str) -> bool | None:
        answers = [one(text) if one else None for one in tests]
        if True in answers:
            return True
        return None if all(answer is None for answer in answers) else False

    return test


def _is_of_type(value: Any, name: str) -> bool:
    if name == "null":
        return value is None
    if name == "array":
        return isinstance(value, (list, tuple))
    if name == "object":
        return isinstance(value, dict)
    if name == "string":
        return isinstance(value, str)
    if name == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return name == "number" or (name == "integer" and (isinstance(value, int) or value.is_integer()))
