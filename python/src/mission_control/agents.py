"""The agents of this process: what they declare, and what the server last said of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
from pathlib import Path
from typing import Any

from .canonical import canonical_json
from .policy.capability import CapabilityCheck, create_capability_check
from .redact import Redactor
from .rulebook import Rulebook
from .safely import safely, warn_once
from .settings import AgentOptions

_DEFAULTS: dict[str, Any] = {
    "version_id": None,
    "policies": [],
    "exceptions": [],
    "breakers": [],
    "sampling": {"rate": 1},
    "redaction": {},
    "capture": "full",
    "fail_mode": "last_known",
    "hash_key": "",
    "contact_ttl_s": 45,
}
Bundle = dict[str, Any]


def parse_bundle(value: Any) -> Bundle | None:
    """Reads a bundle from the wire. None when it lacks what decisions need: a half-read bundle must not govern."""
    if not isinstance(value, dict):
        return None
    capability, control = value.get("capability"), value.get("control")
    is_whole = (
        isinstance(value.get("bundle"), int)
        and isinstance(value.get("agent_id"), str)
        and isinstance(value.get("agent_slug"), str)
        and isinstance(control, dict)
        and isinstance(control.get("state"), str)
        and isinstance(capability, dict)
        and all(isinstance(capability.get(name), list) for name in ("tools", "stores", "subagents"))
        and all(isinstance(value.get(name, []), list) for name in ("policies", "exceptions", "breakers"))
    )
    return {**_DEFAULTS, **value} if is_whole else None


class Agent:
    """`rulebook` is None before the first bundle, and when its policies cannot be read."""

    def __init__(self, options: AgentOptions) -> None:
        self.slug = options.agent
        self.options = options
        self.bundle: Bundle | None = None
        # Whether the bundle came from the server in this life of the process, not from the disk.
        self.is_fresh = False
        # Bundles below this number do not know what a command has said since.
        self.floor = 0
        self.check: CapabilityCheck | None = None
        self.rulebook: Rulebook | None = None
        self.tools: dict[str, dict[str, Any]] = {}
        self.redactor = Redactor()

    def apply(self, bundle: Bundle, is_fresh: bool) -> None:
        """Puts a bundle into force between two steps. An older one than the present is ignored."""
        if self.is_fresh and self.bundle and bundle["bundle"] < max(self.bundle["bundle"], self.floor):
            return
        self.redactor = self._to_redactor(bundle)
        self.rulebook = safely("reading policies", lambda: Rulebook(bundle))
        for ref in self.rulebook.unheld if self.rulebook else ():
            warn_once(f"{self.slug}: the Python SDK does not hold {ref} yet, which is shared between processes")
        self.check = create_capability_check(bundle["capability"], self.slug)
        self.tools = {tool["name"]: tool for tool in bundle["capability"]["tools"]}
        self.bundle, self.is_fresh = bundle, is_fresh

    def control(self, change: dict[str, Any], number: int) -> bool:
        """Puts into force at once what a command says, ahead of its bundle; false when that is here already."""
        if self.bundle is None or self.bundle["bundle"] >= number:
            return False
        self.bundle = {**self.bundle, "control": {**self.bundle["control"], **change}}
        self.floor = max(self.floor, number)
        return True

    def hash_arguments(self, args: Any) -> str | None:
        """Keyed hash of the arguments, comparable within the organization; None for those without a JSON form."""
        if self.bundle is None or not self.bundle["hash_key"]:
            return None
        try:
            return _digest(self.bundle, canonical_json(args))
        except (TypeError, RecursionError):
            return None

    def hash_text(self, text: str) -> str | None:
        """Keyed hash of a text such as an end user's id; None before the first bundle."""
        return _digest(self.bundle, text)[:32] if self.bundle and self.bundle["hash_key"] else None

    def _to_redactor(self, bundle: Bundle) -> Redactor:
        try:
            return Redactor(bundle["redaction"], lambda secret: _digest(bundle, secret)[:16])
        except (ValueError, KeyError, TypeError) as error:
            warn_once(f"redaction rules of {self.slug} cannot be read, the built-in ones hold: {error}")
            return Redactor()


def _digest(bundle: Bundle, text: str) -> str:
    key = base64.b64decode(bundle["hash_key"])
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_signed(key: str, value: Any) -> bool:
    """Whether something from the wire was signed by this process's command key (base64) and is unchanged."""
    if not isinstance(value, dict) or not isinstance(value.get("mac"), str):
        return False
    signed = {name: item for name, item in value.items() if name != "mac"}
    due = hmac.new(base64.b64decode(key), canonical_json(signed).encode(), hashlib.sha256).digest()
    try:
        return hmac.compare_digest(due, base64.b64decode(value["mac"], validate=True))
    except ValueError:
        return False


class BundleCache:
    """The last good bundle of each agent on disk, so that a process that starts while the server is away is governed.

    Files are 0600 and carry a MAC under a key made from the service key: another key's or an edited file is not read.
    """

    def __init__(self, service_key: str) -> None:
        home = os.environ.get("XDG_CACHE_HOME")
        self._dir = Path(home) if home else Path.home() / ".cache"
        self._dir /= "mission-control"
        self._key = hmac.new(service_key.encode(), b"bundle cache", hashlib.sha256).digest()

    def find(self, slug: str) -> Bundle | None:
        try:
            kept = json.loads(self._to_path(slug).read_text())
            is_ours = hmac.compare_digest(kept["mac"], self._to_mac(kept["text"]))
            return parse_bundle(json.loads(kept["text"])) if is_ours else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # no file, or not ours: the agent starts without a bundle

    def save(self, bundle: Bundle) -> None:
        text = json.dumps(bundle)
        path = self._to_path(bundle["agent_slug"])
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            self._dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                json.dump({"mac": self._to_mac(text), "text": text}, file)
            draft.replace(path)
        except OSError:
            pass  # a read-only home: the next start without the server has no bundle

    def _to_mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _to_path(self, slug: str) -> Path:
        return self._dir / f"{re.sub(r'[^A-Za-z0-9._-]', '_', slug)}.json"
