"""What several rules that ask for approval ask for together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

_DEFAULT: dict[str, Any] = {
    "from": [],
    "k": 1,
    "joint": [],
    "exclude_owner": False,
    "timeout_s": 1_800,
    "on_timeout": "deny",
    "grant": "call",
}


def join_approvals(asked: Iterable[dict[str, Any] | None]) -> dict[str, Any]:
    """Every one must be met; a rule that does not say whom it asks leaves that to the board."""
    whole = [{**_DEFAULT, **(approval or {})} for approval in asked] or [_DEFAULT]
    return reduce(_merge, whole)


def _merge(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    return {
        **a,
        "from": list(dict.fromkeys([*a["from"], *b["from"]])),
        "k": max(a["k"], b["k"]),
        "joint": list(dict.fromkeys([*a["joint"], *b["joint"]])),
        "exclude_owner": a["exclude_owner"] or b["exclude_owner"],
        "timeout_s": min(a["timeout_s"], b["timeout_s"]),
        "on_timeout": b["on_timeout"] if a["on_timeout"] == "allow" else a["on_timeout"],
        **_merge_grants(a, b),
    }


def _merge_grants(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """What calls must have in common for one, they must for both."""
    if "call" in (a["grant"], b["grant"]):
        return {"grant": "call"}
    uses = [asked["max_uses"] for asked in (a, b) if asked.get("max_uses") is not None]
    return {
        "grant": "shape",
        "shape": list(dict.fromkeys([*(a.get("shape") or []), *(b.get("shape") or [])])),
        **({"max_uses": min(uses)} if uses else {}),
    }
