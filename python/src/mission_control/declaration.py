"""What the agents of this process declare that they may touch.

An agent that lists `manifest["tools"]` declares exactly those; wrapped tools only add what is known of them. An agent
that lists none declares what was wrapped before the first run: from then on the list is sealed.
"""

from __future__ import annotations

from typing import Any

from .settings import AgentOptions

_wrapped: dict[str, dict[str, Any]] = {}
_entrypoints: set[str] = set()
_state = {"sealed": False}


def declare_tool(tool: dict[str, Any]) -> None:
    """Notes a wrapped tool for the agents that list none themselves."""
    if not _state["sealed"]:
        _wrapped[tool["name"]] = {**_wrapped.get(tool["name"], {}), **tool}


def declare_entrypoint(name: str) -> None:
    """Notes a function that starts an agent."""
    _entrypoints.add(name)


def seal_declarations(is_sealed: bool = True) -> None:
    """Ends the time in which tools may be declared by wrapping them, or begins it anew."""
    _state["sealed"] = is_sealed


def list_entrypoints() -> list[str]:
    return sorted(_entrypoints)


def to_manifest(options: AgentOptions) -> dict[str, Any]:
    """The manifest of an agent as the server takes it."""
    manifest = options.manifest
    stores = [{"name": store} if isinstance(store, str) else store for store in manifest.get("data_stores", [])]
    told = {
        **manifest,
        "tools": _list_tools(manifest.get("tools")),
        "data_stores": stores,
        "subagents": manifest.get("subagents", []),
    }
    if options.agent in _entrypoints:
        told["entrypoints"] = [options.agent]
    return told


def _list_tools(tools: list[Any] | None) -> list[dict[str, Any]]:
    if tools is None:
        return list(_wrapped.values())
    declared = [{"name": tool} if isinstance(tool, str) else tool for tool in tools]
    return [{**_wrapped.get(tool["name"], {}), **tool} for tool in declared]


def is_complete(options: AgentOptions) -> bool:
    """Whether an agent's declaration is complete before any tool is wrapped: names alone wait for what the code adds."""
    tools = options.manifest.get("tools")
    return tools is not None and not any(isinstance(tool, str) for tool in tools)
