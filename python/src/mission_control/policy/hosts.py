"""Hosts of URLs and e-mail addresses, IP networks and paths, by their text alone."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote_to_bytes

_MAX_CODE_UNITS = 4_096
# White space as ECMAScript has it.
_SPACE = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_HAS_SPACE = re.compile(f"[{_SPACE}]")
_NO_NAME = re.compile(f"[{_SPACE}/?#@:\\\\]")
_BRACKETED = re.compile(r"\A\[[^\]]*\]\Z")
_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(r"\A[^:]+://(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:\\]*)")
_FORBIDDEN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f\ufffd]")
_IGNORED = re.compile("[\u00ad\u034f\u200b\u2060\ufeff\ufe00-\ufe0f]")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_PART = re.compile(r"\A[0-9]{1,3}\Z")
_GROUP = re.compile(r"\A[0-9a-fA-F]{1,4}\Z")


@lru_cache(maxsize=64)
def to_host(value: str) -> str | None:
    """The host of a URL or e-mail address in lower-case ASCII; None when it has none."""
    if len(value) > _MAX_CODE_UNITS or len(value.encode("utf-16-le", "surrogatepass")) > 2 * _MAX_CODE_UNITS:
        return None
    if _SCHEME.search(value):
        found = _AUTHORITY.search(value)
        return to_ascii(found.group(1)) if found else None
    at = value.rfind("@")
    return to_ascii(value[at + 1 :]) if at > 0 and not _HAS_SPACE.search(value) else None


def to_ascii(name: str) -> str | None:
    """A name as DNS has it (IDNA); None for what is no name."""
    if not name:
        return None
    if _BRACKETED.search(name):
        return _to_bracketed(name[1:-1])
    if _NO_NAME.search(name):
        return None
    mapped = _map_name(unquote_to_bytes(name.encode("utf-8", "replace")).decode("utf-8", "replace"))
    if mapped is None:
        return None
    labels = [_to_label(label) for label in mapped.split(".")]
    if any(label is None for label in labels):
        return None
    host = ".".join(label or "" for label in labels)
    if _ends_in_number(host):
        return _parse_number_host(host)
    return (host[:-1] if host.endswith(".") else host) or None


def _map_name(name: str) -> str | None:
    kept = _DOTS.sub(".", _IGNORED.sub("", name))
    folded = "".join(c if c in "ßς" else c.casefold() for c in kept)
    mapped = unicodedata.normalize("NFKC", folded)
    mapped = "".join(c if c in "ßς" else c.casefold() for c in mapped)
    mapped = unicodedata.normalize("NFC", mapped)
    return None if not mapped or _FORBIDDEN.search(mapped) else mapped


def _to_label(label: str) -> str | None:
    try:
        if label.startswith("xn--"):
            return label if label[4:].encode("ascii").decode("punycode") else None
        return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return None


def _to_bracketed(text: str) -> str | None:
    value = _parse_ipv6(text)
    return None if value is None else f"[{ipaddress.IPv6Address(value).compressed}]"


def _ends_in_number(host: str) -> bool:
    last = host.removesuffix(".").rpartition(".")[2]
    return re.search(r"\A(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z", last) is not None


def _parse_number_host(host: str) -> str | None:
    """The address of a host that ends in a number, as browsers read it; None where it is none."""
    numbers = [_parse_part(part) for part in host.removesuffix(".").split(".")]
    known = [number for number in numbers if number is not None]
    if len(numbers) > 4 or len(known) < len(numbers):
        return None
    *heads, last = known
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return None
    value = last + sum(head << (8 * (3 - i)) for i, head in enumerate(heads))
    return str(ipaddress.IPv4Address(value))


def _parse_part(part: str) -> int | None:
    try:
        if part[:2] in ("0x", "0X"):
            return int(part[2:] or "0", 16)
        return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)
    except ValueError:
        return None


def parse_address(text: str) -> tuple[int, int] | None:
    """The number of an IPv4 or IPv6 address and its width in bits; None for other text."""
    four = _parse_ipv4(text)
    if four is not None:
        return four, 32
    six = _parse_ipv6(text)
    return None if six is None else (six, 128)


def _parse_ipv4(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4 or not all(_PART.search(part) for part in parts):
        return None
    if any(int(part) > 255 or (len(part) > 1 and part.startswith("0")) for part in parts):
        return None
    value = 0
    for part in parts:
        value = value << 8 | int(part)
    return value


def _parse_ipv6(text: str) -> int | None:
    head, colon, last = text.rpartition(":")
    if "." in last:
        four = _parse_ipv4(last)
        if four is None or not colon:
            return None
        text = f"{head}:{four >> 16:x}:{four & 0xFFFF:x}"
    halves = [half.split(":") if half else [] for half in text.split("::")]
    if len(halves) > 2:
        return None
    written = sum(len(half) for half in halves)
    missing = 8 - written
    if (missing != 0) if len(halves) == 1 else (missing < 1):
        return None
    groups = halves[0] + ["0"] * missing + (halves[1] if len(halves) == 2 else [])
    if not all(_GROUP.search(group) for group in groups):
        return None
    value = 0
    for group in groups:
        value = value << 16 | int(group, 16)
    return value


def create_cidr_test(cidr: str) -> Callable[[str], bool | None] | None:
    """Whether an address is in a network `10.0.0.0/8` (without `/n`: that address alone); None for what is none."""
    written, slash, length = cidr.partition("/")
    network = parse_address(written)
    if network is None or (slash and not _PART.search(length)):
        return None
    base, bits = network
    width = int(length) if slash else bits
    if width > bits:
        return None
    shift = bits - width

    def test(text: str) -> bool | None:
        address = parse_address(text)
        return None if address is None else address[1] == bits and address[0] >> shift == base >> shift

    return test


def is_within_path(path: str, folder: str) -> bool:
    """Whether a POSIX path lies in a folder, by its text alone: links are not followed."""
    inner, outer = _resolve_path(path), _resolve_path(folder)
    if inner is None or outer is None or path.startswith("/") != folder.startswith("/"):
        return False
    return inner[: len(outer)] == outer


def _resolve_path(path: str) -> list[str] | None:
    """The parts of a path without `.` and `..`; None when it holds a NUL or leaves its root."""
    if "\0" in path:
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return parts
