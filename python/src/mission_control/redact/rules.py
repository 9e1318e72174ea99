"""Which keys and paths are redacted, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mission_control.policy.globs import compile_glob

_DEFAULT_KEYS = [
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "set-cookie",
    "private_key",
    "client_secret",
    "card_number",
    "cvv",
    "ssn",
]
_TOOL_PATH = re.compile(r'\A\$\.tools\["([^"]+)"\]\.(args|result)\.')
_SEGMENT = re.compile(r'\.?(?:\[(\d+|\*)\]|"([^"]+)"|([^.\[\]"]+))', re.ASCII)
_MAX_KEYS = 2_048

# The tool whose payload it is, and `args` or `result`.
Site = tuple[str, str]


@dataclass(frozen=True)
class PathRule:
    segments: list[str]
    mode: str
    applies: Callable[[Site | None], bool]


class Rules:
    """The built-in rules extended or loosened by an organization's settings. Raises ValueError for a path it cannot read."""

    def __init__(self, settings: dict[str, Any], digest: Callable[[str], str] | None) -> None:
        self.scanners: bool = settings.get("scanners", True)
        self.digest = digest
        self.paths: list[PathRule] = []
        self._modes = {normalize_key(key): "mask" for key in _DEFAULT_KEYS}
        self._seen: dict[str, str | None] = {}
        for rule in settings.get("rules") or []:
            path, mode = rule["path"], rule["mode"]
            if re.search(r'[.\[\]"$]', path):
                self.paths.append(_parse_path(path, mode))
            else:
                self._modes[normalize_key(path)] = mode

    def find_key_mode(self, key: str) -> str | None:
        """Remembers the keys it has seen: payloads repeat a few keys for ever."""
        try:
            return self._seen[key]
        except KeyError:
            if len(self._seen) >= _MAX_KEYS:
                self._seen.clear()
            mode = self._seen[key] = self._modes.get(normalize_key(key))
            return mode


def normalize_key(key: str) -> str:
    """Keys compare without case, `_` and `-`: `client_secret`, `clientSecret` and `Client-Secret` are one key."""
    return key.lower().replace("_", "").replace("-", "")


def _parse_path(path: str, mode: str) -> PathRule:
    tool = _TOOL_PATH.match(path)
    start = tool.end() if tool else 2 if path.startswith("$.") else 0
    segments: list[str] = []
    while start < len(path):
        found = _SEGMENT.match(path, start)
        if not found:
            raise ValueError(f"redaction path cannot be read: {path}")
        segments.append(found.group(1) or found.group(2) or found.group(3))
        start = found.end()
    if not segments:
        raise ValueError(f"redaction path cannot be read: {path}")
    if not tool:
        return PathRule(segments, mode, lambda site: True)
    is_tool, part = compile_glob(tool.group(1)), tool.group(2)
    return PathRule(segments, mode, lambda site: site is not None and site[1] == part and is_tool(site[0]))


REMOVED = object()


def change_at(value: Any, segments: list[str], change: Callable[[Any], Any]) -> Any:
    """Copies a value with what stands at the path changed; REMOVED from `change` removes it."""
    if not segments:
        return change(value)
    segment, rest = segments[0], segments[1:]
    if isinstance(value, list):
        changed = [change_at(item, rest, change) if segment in ("*", str(i)) else item for i, item in enumerate(value)]
        return [None if item is REMOVED else item for item in changed]
    if not isinstance(value, dict) or segment not in value:
        return value
    found = change_at(value[segment], rest, change)
    if found is REMOVED:
        return {key: item for key, item in value.items() if key != segment}
    return {**value, segment: found}
