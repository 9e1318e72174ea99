"""Connecting and leaving."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from mission_control.client import Client, active_client, set_active_client
from mission_control.declaration import seal_declarations
from mission_control.safely import safely, warn_once
from mission_control.settings import AgentOptions, FailMode, Settings, resolve_sample, resolve_url


def init(
    agent: str | None = None,
    *,
    agents: Sequence[str | AgentOptions] = (),
    name: str | None = None,
    type: str | None = None,
    framework: str | None = None,
    manifest: Mapping[str, Any] | None = None,
    version: Mapping[str, str] | None = None,
    url: str | None = None,
    key: str | None = None,
    sample: float | None = None,
    fail_mode: FailMode | None = None,
) -> None:
    """Connects this process to Mission Control. Never raises.

    What is left out is read from `MC_AGENT`, `MC_URL`, `MC_KEY`, `MC_SAMPLE`. When `manifest["tools"]` describes every
    tool it enrols at once and waits up to 3 s; else at the first run, when the tools that make up the declaration have
    been wrapped. Without a key, or with `MC_DISABLE=1`, everything passes through.
    """
    if os.environ.get("MC_DISABLE") == "1":
        return
    if active_client():
        return warn_once("init was called twice; the second call has no effect")
    slug, secret = agent or os.environ.get("MC_AGENT"), key or os.environ.get("MC_KEY")
    if not slug or not secret:
        what = "no service key: pass `key` or set MC_KEY" if slug else "no agent is named: pass `agent` or set MC_AGENT"
        return warn_once(f"Mission Control is off: {what}")
    first = AgentOptions(slug, name, type, framework, version, manifest or {})
    others = [AgentOptions(other) if isinstance(other, str) else other for other in agents]
    settings = Settings(resolve_url(url), secret, [first, *others], resolve_sample(sample), fail_mode)
    client = safely("init", lambda: Client(settings))
    if client:
        set_active_client(client)
        safely("init", client.start)


def flush(seconds: float = 2.0) -> bool:
    """Sends what is queued and ends when the server has it, or after a time. True when nothing is left."""
    client = active_client()
    return client.flusher.flush(seconds) if client else True


def shutdown(seconds: float = 2.0) -> None:
    """Flushes for up to a time and disconnects; `init` may be called again."""
    client = active_client()
    if client:
        client.stop(seconds)
        set_active_client(None)
        seal_declarations(False)
