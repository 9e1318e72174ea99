"""Names and globs of declarations: `*` within a segment, `**` across `/`, `?` one character other than `/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

NameMatcher = Callable[[str], bool]

_TOKEN = re.compile(r"\*\*+|[\s\S]")
_WILD = re.compile(r"[*?]")


def compile_globs(patterns: Iterable[str]) -> NameMatcher:
    """Compiles a list of names and globs into one matcher; plain names are looked up in a set."""
    listed = list(patterns)
    names = frozenset(pattern for pattern in listed if not _WILD.search(pattern))
    globs = [compile_glob(pattern) for pattern in listed if pattern not in names]
    return lambda name: name in names or any(glob(name) for glob in globs)


def compile_glob(pattern: str) -> NameMatcher:
    """Walks a name once with a set of states, so that no pattern makes it slow. Case-sensitive."""
    if not _WILD.search(pattern):
        return lambda name: name == pattern
    tokens = [token[:2] for token in _TOKEN.findall(pattern)]
    return lambda name: _matches(tokens, name)


def _matches(tokens: list[str], name: str) -> bool:
    """State i = the first i tokens have matched what was read."""
    states = _enter(set(), 0, tokens)
    for character in name:
        following: set[int] = set()
        for state in states:
            if state < len(tokens) and _accepts(tokens[state], character):
                _enter(following, state if _is_run(tokens[state]) else state + 1, tokens)
        states = following
    return len(tokens) in states


def _enter(states: set[int], state: int, tokens: list[str]) -> set[int]:
    """Adds a state and every state reachable from it by empty runs."""
    while state not in states:
        states.add(state)
        if state == len(tokens) or not _is_run(tokens[state]):
            break
        state += 1
    return states


def _is_run(token: str) -> bool:
    return token in ("*", "**")


def _accepts(token: str, character: str) -> bool:
    if token == "**":
        return True
    return character != "/" if token in ("*", "?") else token == character
