"""Paths into the arguments of a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mission_control.canonical import canonical_json

from .truth import Truth, all_hold, any_holds


class _Missing:
    """What stands where nothing does."""


MISSING = _Missing()

Test = Callable[[Any], Truth]


def compile_path(path: dict[str, Any], test: Test) -> Test:
    """Makes the walk to a path, which asks `test` of what is there, of all or of any elements; of MISSING where nothing is."""
    function = path.get("fn")
    walk_on = test if function is None else (lambda value: test(_apply_function(function, value)))
    for segment in reversed(path["s"]):
        walk_on = _walk(segment, walk_on)
    return walk_on


def _walk(segment: Any, following: Test) -> Test:
    if isinstance(segment, str):
        return lambda value: following(value.get(segment, MISSING) if isinstance(value, dict) else MISSING)
    if isinstance(segment, int):
        return lambda value: following(
            value[segment] if isinstance(value, (list, tuple)) and segment < len(value) else MISSING
        )
    hold = all_hold if "all" in segment else any_holds
    return lambda value: hold(value, following) if isinstance(value, (list, tuple)) else following(MISSING)


def _apply_function(function: str, value: Any) -> Any:
    if value is MISSING:
        return value
    if function == "bytes":
        try:
            return len(canonical_json(value).encode())
        except TypeError:
            return MISSING
    return len(value) if isinstance(value, (list, tuple, dict)) else MISSING


def format_path(path: dict[str, Any]) -> str:
    """`customer.items[0].price`, as it is written in a policy."""
    written = ""
    for i, segment in enumerate(path["s"]):
        if isinstance(segment, int):
            written += f"[{segment}]"
        elif isinstance(segment, dict):
            written += "[*]" if "all" in segment else "[?]"
        else:
            name = segment if re.fullmatch(r"[\w-]+", segment, re.ASCII) else f'"{segment}"'
            written += name if i == 0 else f".{name}"
    if written == "" and path["from"] == "args":
        written = "$"
    return f"{path['fn']}({written})" if "fn" in path else written
