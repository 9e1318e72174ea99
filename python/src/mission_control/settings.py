"""What the host says, joined with the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

SideEffect = Literal["pure", "read", "idempotent_write", "non_idempotent"]
FailMode = Literal["last_known", "fail_closed", "fail_open"]


@dataclass
class AgentOptions:
    """One agent of the process."""

    agent: str
    name: str | None = None
    type: str | None = None
    framework: str | None = None
    version: Mapping[str, str] | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    parents: Sequence[str] = ()


@dataclass
class Settings:
    url: str
    key: str
    agents: list[AgentOptions]
    sample: float | None
    fail_mode: FailMode | None


def resolve_url(url: str | None) -> str:
    return (url or os.environ.get("MC_URL") or "http://127.0.0.1:8000").rstrip("/")


def resolve_sample(sample: float | None) -> float | None:
    """Share of run trees whose payloads are uploaded; None = what the server says."""
    if sample is not None:
        return sample
    try:
        rate = float(os.environ.get("MC_SAMPLE", ""))
    except ValueError:
        return None
    return rate if 0 <= rate <= 1 else None
