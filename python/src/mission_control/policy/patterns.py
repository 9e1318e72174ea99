"""Names and texts matched by tables (deterministic automata) that the compiler made: linear, and the same everywhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

MAX_CODE_POINTS = 4_096

# None when the text is longer than may be looked at.
TextMatcher = Callable[[str], "bool | None"]


def create_matcher(dfa: dict[str, Any]) -> TextMatcher:
    """Makes the walk over a table: two look-ups for each character."""
    count, classes, ranges, table = dfa["n"], dfa["k"], dfa["r"], dfa["t"]
    accepting = frozenset(dfa["a"])
    lows, highs, kinds = ranges[0::3], ranges[1::3], ranges[2::3]
    seen: dict[str, int] = {}
    rows = [table[state * classes : (state + 1) * classes] for state in range(count)]

    def find_class(character: str) -> int:
        code = ord(character)
        at = bisect_right(lows, code) - 1
        kind: int = kinds[at] if at >= 0 and code <= highs[at] else -1
        if code < 128:
            seen[character] = kind
        return kind

    def matches(text: str) -> bool | None:
        if len(text) > MAX_CODE_POINTS:
            return None
        state = 0
        for character in text:
            kind = seen.get(character)
            if kind is None:
                kind = find_class(character)
            if kind < 0:
                return False
            state = rows[state][kind]
            if state < 0:
                return False
        return state in accepting

    return matches
