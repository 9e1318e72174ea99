"""Redacts JSON values and text before they leave the process: paths, then keys, then scanners."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from .rules import REMOVED, Rules, Site, change_at, normalize_key
from .secrets import find_secrets, has_anchor, is_card

_ALREADY = re.compile(r"\A\[(?:redacted|hashed):[\w.-]{1,64}(?::[0-9a-f]{8,64})?\]\Z", re.ASCII)
# ASCII written as `\u00xx` would hide an anchor from the look at raw JSON.
_ESCAPED_ASCII = re.compile(r"\\u00[2-7]")
_MEMBER = re.compile(r'"\s*:\s*')
_QUOTE = re.compile(r'\\*"')
_BARE = re.compile(r'[^\s,{}\[\]"\\]{0,256}')
_MAX_KEY = 128
# Deeper than any honest payload: what lies below cannot be checked without risking the stack.
_MAX_DEPTH = 256


class Redactor:
    """Redacting twice changes nothing more. `digest` is the keyed hash for mode `hash`; without it `hash` masks."""

    def __init__(self, settings: dict[str, Any] | None = None, digest: Callable[[str], str] | None = None) -> None:
        self._rules = Rules(settings or {}, digest)
        self._change = [rule for rule in self._rules.paths if rule.mode != "keep"]
        self._keep = [rule for rule in self._rules.paths if rule.mode == "keep"]

    def may_hold_secret(self, text: str, site: Site | None = None) -> bool:
        """Whether raw JSON or plain text is worth redacting. False is certain."""
        return (
            (self._rules.scanners and has_anchor(text))
            or self._find_member(text, 0) is not None
            or _ESCAPED_ASCII.search(text) is not None
            or any(rule.applies(site) for rule in self._change)
        )

    def redact_json(self, value: Any, site: Site | None = None) -> Any:
        """The redacted value; what did not change is not copied."""
        redacted = value
        for rule in self._change:
            if rule.applies(site):
                change = partial(self._redact_whole, kind=rule.segments[-1], mode=rule.mode)
                redacted = change_at(redacted, rule.segments, change)
        redacted = self._walk(redacted, 0)
        for rule in self._keep:
            if rule.applies(site):
                redacted = _restore(redacted, value, rule.segments)
        return redacted

    def redact_text(self, text: str, depth: int = 0) -> str:
        """Text that is itself a JSON object or array with a sensitive key is redacted as such: tools like to return it."""
        if _ALREADY.match(text):
            return text
        if self._find_member(text, 0) is None:
            return self._scan(text)
        try:
            parsed = json.loads(text) if re.match(r"\s*[{\[]", text) else None
        except ValueError:
            parsed = None  # not JSON after all, or cut JSON: its members are found in the text
        if parsed is None:
            return self._scan(self._redact_members(text))
        redacted = self._walk(parsed, depth + 1)
        return text if redacted is parsed else json.dumps(redacted, ensure_ascii=False, separators=(",", ":"))

    def _walk(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.redact_text(value, depth)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            is_long = self._rules.scanners and 1e12 <= value <= 2**53 - 1 and value == int(value)
            return "[redacted:card]" if is_long and is_card(str(int(value))) else value
        if not isinstance(value, (dict, list, tuple)):
            return value
        if depth >= _MAX_DEPTH:
            return "[redacted:depth]"
        if isinstance(value, dict):
            return self._walk_record(value, depth)
        items = [self._walk(item, depth + 1) for item in value]
        return value if all(item is old for item, old in zip(items, value, strict=True)) else items

    def _walk_record(self, record: dict[str, Any], depth: int) -> dict[str, Any]:
        changed = False
        members: dict[str, Any] = {}
        for key, value in record.items():
            mode = self._rules.find_key_mode(key)
            name, member = key, value
            if mode is None:
                name, member = self._scan(key), self._walk(value, depth + 1)
            elif mode != "keep":
                member = self._redact_whole(value, normalize_key(key), mode)
            changed = changed or name is not key or member is not value
            if member is not REMOVED:
                members[name] = member
        return members if changed else record

    def _redact_whole(self, value: Any, kind: str, mode: str) -> Any:
        """What a rule about a key or a path leaves of a value. Empty values and flags hold no secret."""
        if mode == "drop":
            return REMOVED
        if value is None or value == "" or isinstance(value, bool):
            return value
        if isinstance(value, str) and _ALREADY.match(value):
            return value
        secret = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._replace(secret, kind, mode)

    def _replace(self, secret: str, kind: str, mode: str) -> str:
        """What stands in place of a secret. Redacting it again changes nothing."""
        if mode == "drop":
            return ""
        digest = self._rules.digest
        return f"[hashed:{kind}:{digest(secret)}]" if mode == "hash" and digest else f"[redacted:{kind}]"

    def _scan(self, text: str) -> str:
        if not self._rules.scanners or not has_anchor(text):
            return text
        out, start = "", 0
        for begin, end, kind in find_secrets(text):
            out += f"{text[start:begin]}[redacted:{kind}]"
            start = end
        return text if start == 0 else out + text[start:]

    def _redact_members(self, text: str) -> str:
        """Redacts the values of sensitive keys in JSON that is cut or stands within prose."""
        out, start = "", 0
        member = self._find_member(text, 0)
        while member:
            key, mode, value_at = member
            begin, end = _find_scalar(text, value_at)
            value = text[begin:end]
            is_open = value not in ("", "null", "true", "false") and not _ALREADY.match(value)
            out += text[start:begin] + (self._replace(value, normalize_key(key), mode) if is_open else value)
            start = max(end, value_at)
            member = self._find_member(text, start)
        redacted = out + text[start:]
        return text if redacted == text else redacted

    def _find_member(self, text: str, start: int) -> tuple[str, str, int] | None:
        """A sensitive key in JSON text, also inside JSON that stands in a string (`\\"password\\":`): key, mode, value."""
        for found in _MEMBER.finditer(text, start):
            end = found.start()
            while end > 0 and text[end - 1] == "\\":
                end -= 1
            begin = text.rfind('"', 0, end)
            if begin == -1 or end - begin > _MAX_KEY:
                continue
            key = text[begin + 1 : end]
            mode = self._rules.find_key_mode(key)
            if mode is not None and mode != "keep":
                return key, mode, found.end()
        return None


def _restore(redacted: Any, original: Any, segments: list[str]) -> Any:
    """Puts back what stood at a path."""
    originals: list[Any] = []

    def look(found: Any) -> Any:
        originals.append(found)
        return found

    change_at(original, segments, look)
    following = iter(originals)
    return change_at(redacted, segments, lambda left: next(following, left))


def _find_scalar(text: str, at: int) -> tuple[int, int]:
    """The range of a string (without its quotes, however escaped) or bare value; empty before an object or array."""
    quote = _QUOTE.match(text, at)
    if not quote:
        bare = _BARE.match(text, at)
        return at, bare.end() if bare else at
    opening = quote.group()
    start = at + len(opening)
    end = text.find(opening, start)
    while end != -1 and text[end - 1] == "\\":
        end = text.find(opening, end + len(opening))
    return start, len(text) if end == -1 else end
