"""The one JSON text of a value (RFC 8785)."""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 1_000
_MAX_PLAIN_EXPONENT = 21
_MIN_PLAIN_EXPONENT = -6


def canonical_json(value: Any) -> str:
    """Keys sorted by UTF-16 code unit, no white space, ECMAScript numbers.

    Integers are written as the double they are elsewhere. Raises TypeError for what RFC 8785 cannot express: NaN,
    infinities, numbers beyond a double, lone surrogates, keys that are no text, other types, nesting beyond 1,000.
    """
    parts: list[str] = []
    _write(value, parts, 0)
    return "".join(parts)


def _write(value: Any, parts: list[str], depth: int) -> None:
    if isinstance(value, str):
        parts.append(_write_text(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, (int, float)):
        parts.append(_write_number(value))
    elif depth >= MAX_DEPTH:
        raise TypeError(f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, dict):
        _write_members(value, parts, depth)
    elif isinstance(value, (list, tuple)):
        parts.append("[")
        for i, item in enumerate(value):
            if i:
                parts.append(",")
            _write(item, parts, depth + 1)
        parts.append("]")
    else:
        raise TypeError(f"{type(value).__name__} has no JSON form")


def _write_members(record: dict[Any, Any], parts: list[str], depth: int) -> None:
    if not all(isinstance(key, str) for key in record):
        raise TypeError("a key that is no text has no JSON form")
    parts.append("{")
    for i, key in enumerate(sorted(record, key=_to_code_units)):
        parts.append(f"{',' if i else ''}{_write_text(key)}:")
        _write(record[key], parts, depth + 1)
    parts.append("}")


def _to_code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _write_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TypeError("a lone surrogate has no canonical JSON form") from error
    return json.dumps(text, ensure_ascii=False)


def _write_number(value: int | float) -> str:
    try:
        number = float(value)
    except OverflowError as error:
        raise TypeError("a number beyond a double has no JSON form") from error
    if not math.isfinite(number):
        raise TypeError(f"{number} has no JSON form")
    return format_number(number)


def format_number(number: float) -> str:
    """A finite double as ECMAScript writes it: the shortest digits that read back as the same double."""
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """Digits `d…` that stand for `0.d… × 10^point`."""
    count = len(digits)
    if count <= point <= _MAX_PLAIN_EXPONENT:
        return digits + "0" * (point - count)
    if 0 < point <= _MAX_PLAIN_EXPONENT:
        return f"{digits[:point]}.{digits[point:]}"
    if _MIN_PLAIN_EXPONENT < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
