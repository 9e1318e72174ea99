"""Kleene's logic: false, true, or not to be told (a path that is missing, a value of the wrong type)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Truth = int
FALSE: Truth = 0
TRUE: Truth = 1
UNKNOWN: Truth = 2


def negate(value: Truth) -> Truth:
    return value if value == UNKNOWN else 1 - value


def all_hold(items: Iterable[Any], test: Callable[[Any], Truth]) -> Truth:
    """One that is false makes it false, else one that is unknown makes it unknown."""
    result = TRUE
    for item in items:
        truth = test(item)
        if truth == FALSE:
            return FALSE
        if truth == UNKNOWN:
            result = UNKNOWN
    return result


def any_holds(items: Iterable[Any], test: Callable[[Any], Truth]) -> Truth:
    """One that is true makes it true, else one that is unknown makes it unknown."""
    result = FALSE
    for item in items:
        truth = test(item)
        if truth == TRUE:
            return TRUE
        if truth == UNKNOWN:
            result = UNKNOWN
    return result
