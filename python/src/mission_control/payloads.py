"""Payloads: captured when they happen, redacted and cut when they are sent."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .redact import Redactor, Site

if TYPE_CHECKING:
    from .runs import Run

FIELD_LIMIT_BYTES = 32 * 1024
_HEAD_BYTES, _TAIL_BYTES = 24 * 1024, 8 * 1024
_MAX_INLINE_BYTES = 1_024
# A reference takes about 100 bytes: shorter messages stand in the list itself.
_MIN_MESSAGE_BLOB = 128
_MAX_KNOWN = 4_096
_MAX_HELD = 256 * 1024
_PLAIN = (str, int, float, bool, type(None))


def to_plain(value: Any) -> Any:
    """A value as JSON has it: what is plain is not copied; models and data classes become objects, the rest its text."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, dict):
        plain = {key if isinstance(key, str) else str(key): to_plain(item) for key, item in value.items()}
        is_same = all(plain.get(key) is item for key, item in value.items())
        return value if is_same else plain
    if isinstance(value, (list, tuple)):
        items = [to_plain(item) for item in value]
        is_same = isinstance(value, list) and all(new is old for new, old in zip(items, value, strict=True))
        return value if is_same else items
    return to_plain(_present(value))


def _present(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return list(value)
    return str(value)


class Captured:
    """A payload as it was, before redaction. `kind` is `text`, `json` or `messages` (then `parts` hold them)."""

    __slots__ = ("kind", "parts", "site", "text")

    def __init__(self, kind: str, text: str, site: Site | None = None, parts: tuple[Captured, ...] = ()) -> None:
        self.kind = kind
        self.text = text
        self.site = site
        self.parts = parts

    @property
    def size(self) -> int:
        return len(self.text) + sum(part.size for part in self.parts)


class Absent:
    """A payload that is not sent, and why."""

    __slots__ = ("sealed",)
    size = 0

    def __init__(self, sealed: str) -> None:
        self.sealed = sealed


Payload = Captured | Absent
DISABLED = Absent('{"x":"disabled"}')


def to_dropped(size: int) -> Absent:
    return Absent(f'{{"x":"dropped","size":{size}}}')


def write_json(value: Any) -> str:
    """JSON of anything; what has no JSON form (cycles, NaN) is written as its text."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_present)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(str(value), ensure_ascii=False)


def capture(value: Any, site: Site | None = None) -> Captured:
    """Captures a value at once, because frameworks change their objects later."""
    return Captured("text", value, site) if isinstance(value, str) else Captured("json", write_json(value), site)


def capture_messages(messages: list[Any]) -> Captured:
    """Captures messages one by one, so that a growing history is sent once."""
    return Captured("messages", "", None, tuple(capture(message) for message in messages))


class Sealer:
    """Makes payload references: redacted, then cut to size, then inline or a blob."""

    def __init__(self, drops: dict[str, int]) -> None:
        self._drops = drops
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def seal(self, run: Run, payload: Payload, add_line: Callable[[str], None]) -> str:
        """The reference as JSON; blobs that must go along are given to `add_line`."""
        if isinstance(payload, Absent):
            return payload.sealed
        if payload.kind != "messages":
            return self._seal_text(run, payload, add_line, _MAX_INLINE_BYTES)
        parts = [self._seal_text(run, part, add_line, _MIN_MESSAGE_BLOB) for part in payload.parts]
        text = f'{{"messages":[{",".join(parts)}]}}'
        return self._place(run, ("json", text, False), add_line, _MAX_INLINE_BYTES)

    def forget(self, hashes: list[str]) -> None:
        """The server lacks these after all; their next use sends them again."""
        lost = set(hashes)
        for key in [key for key in self._known if key[1] in lost]:
            del self._known[key]

    def _seal_text(self, run: Run, payload: Captured, add_line: Callable[[str], None], most: int) -> str:
        if not run.uploads and run.is_ended:
            return self._sampled_out(len(payload.text.encode("utf-8", "replace")))
        text, changed = _redact(run.agent.redactor, payload)
        return self._place(run, (payload.kind, text, changed), add_line, most)

    def _place(self, run: Run, content: tuple[str, str, bool], add_line: Callable[[str], None], most: int) -> str:
        kind, text, changed = content
        mark = ',"fid":"redacted"' if changed else ""
        data = text.encode("utf-8", "replace")
        if len(data) <= most and run.uploads:
            return f'{{"v":{json.dumps(text, ensure_ascii=False) if kind == "text" else text}{mark}}}'
        if len(data) > FIELD_LIMIT_BYTES:
            self._drops["payload_limit"] += 1
            kind, text, mark = "text", truncate(data), ',"fid":"truncated"'
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        if (run.day, digest) in self._known:
            self._known.move_to_end((run.day, digest))
        elif not self._send_blob(run, kind, text, digest, add_line):
            return self._sampled_out(len(data))
        return f'{{"b":"{digest}","size":{len(data)}{mark}}}'

    def _send_blob(self, run: Run, kind: str, text: str, digest: str, add_line: Callable[[str], None]) -> bool:
        data = json.dumps(text, ensure_ascii=False)
        line = f'{{"t":"blob","h":"{digest}","enc":"{kind}","day":"{run.day}","data":{data}}}'
        if not run.uploads:
            return run.hold(digest, line, _MAX_HELD)
        self._known[(run.day, digest)] = None
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)
        add_line(line)
        return True

    def _sampled_out(self, size: int) -> str:
        self._drops["sampled"] += 1
        return f'{{"x":"sampled","size":{size}}}'


def _redact(redactor: Redactor, payload: Captured) -> tuple[str, bool]:
    if payload.kind == "text":
        redacted = redactor.redact_text(payload.text)
        return redacted, redacted != payload.text
    if not redactor.may_hold_secret(payload.text, payload.site):
        return payload.text, False
    value = json.loads(payload.text)
    changed = redactor.redact_json(value, payload.site)
    return (payload.text, False) if changed is value else (write_json(changed), True)


def truncate(data: bytes) -> str:
    """Head and tail of a text over 32 KiB, joined by `…[n bytes cut]…`; characters are never cut in two."""
    head, tail = _to_boundary(data, _HEAD_BYTES), _to_boundary(data, len(data) - _TAIL_BYTES + 3)
    return f"{data[:head].decode()}…[{tail - head} bytes cut]…{data[tail:].decode()}"


def _to_boundary(data: bytes, at: int) -> int:
    while at > 0 and data[at] & 0xC0 == 0x80:
        at -= 1
    return at
