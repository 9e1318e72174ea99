"""Watches a compiled graph and puts a guard before its tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from langchain_core.messages import ToolMessage
from langgraph.prebuilt import ToolNode

from mission_control.client import active_client
from mission_control.declaration import declare_tool
from mission_control.errors import Blocked
from mission_control.runs import current_place
from mission_control.safely import safely
from mission_control.settings import SideEffect
from mission_control.surface.run import run
from mission_control.surface.tool import call_tool, call_tool_async

from .observer import Observer, mark_guarded, place_within

G = TypeVar("G", bound=Any)
_MARK = "_mission_control_guarded"


def instrument(graph: G, effects: Mapping[str, SideEffect] | None = None, *, agent: str | None = None) -> G:
    """Reports a compiled graph: its nodes, model calls, tools and errors, at any depth. `invoke` outside a run opens one.

    Each call of a tool node is checked before the tool runs; the model is told of a block as the tool's error. `effects`
    by name of the tool; undeclared counts as `non_idempotent`. Tools that nodes call themselves are observed only.
    """
    for node in _find_tool_nodes(graph):
        _guard(node, effects or {})
    watched = graph.with_config({"callbacks": [Observer()]})
    name = graph.get_name()
    invoke, ainvoke = watched.invoke, watched.ainvoke

    def invoke_in_run(value: Any, config: Any = None, **options: Any) -> Any:
        if active_client() is None or (current_place.get() and agent is None):
            return invoke(value, config, **options)
        with run(name, agent=agent, input=value) as opened:
            result = invoke(value, config, **options)
            opened.set_output(result)
            return result

    async def ainvoke_in_run(value: Any, config: Any = None, **options: Any) -> Any:
        if active_client() is None or (current_place.get() and agent is None):
            return await ainvoke(value, config, **options)
        async with run(name, agent=agent, input=value) as opened:
            result = await ainvoke(value, config, **options)
            opened.set_output(result)
            return result

    watched.invoke, watched.ainvoke = invoke_in_run, ainvoke_in_run
    return watched  # type: ignore[no-any-return]  # with_config makes a graph of the same class


def _find_tool_nodes(graph: Any) -> Iterator[ToolNode]:
    """The tool nodes of a graph and of the graphs within it."""
    for node in getattr(graph, "nodes", {}).values():
        bound = getattr(node, "bound", None)
        if isinstance(bound, ToolNode):
            yield bound
        elif bound is not None and hasattr(bound, "nodes"):
            yield from _find_tool_nodes(bound)


def _guard(node: ToolNode, effects: Mapping[str, SideEffect]) -> None:
    """Goes around the wrappers that a node has already: retries ask anew."""
    if getattr(node, _MARK, False):
        return
    setattr(node, _MARK, True)
    declared = {name: _declare(tool, effects.get(name)) for name, tool in node.tools_by_name.items()}
    # A node has no public way to be wrapped after it was made; a test holds these names fast.
    inner, ainner = node._wrap_tool_call, node._awrap_tool_call

    def wrap(request: Any, execute: Any) -> Any:
        def work() -> Any:
            return inner(request, execute) if inner else execute(request)

        with place_within(request.runtime):
            try:
                return call_tool(_find_declared(declared, request), request.tool_call["args"], work)
            except Blocked as blocked:
                return _to_message(request, blocked)

    async def awrap(request: Any, execute: Any) -> Any:
        async def work() -> Any:
            return await (ainner(request, execute) if ainner else execute(request))

        with place_within(request.runtime):
            try:
                return await call_tool_async(_find_declared(declared, request), request.tool_call["args"], work)
            except Blocked as blocked:
                return _to_message(request, blocked)

    node._wrap_tool_call, node._awrap_tool_call = wrap, awrap


def _declare(tool: Any, effect: SideEffect | None) -> dict[str, Any]:
    schema = safely(f"the schema of {tool.name}", lambda: tool.tool_call_schema.model_json_schema())
    told = {"name": tool.name, "description": tool.description, "schema": schema, "side_effect": effect}
    declared = {key: value for key, value in told.items() if value is not None}
    declare_tool(declared)
    mark_guarded(tool.name)
    return declared


def _find_declared(declared: dict[str, dict[str, Any]], request: Any) -> dict[str, Any]:
    """A model may ask for a tool that is not there: it is governed by its name all the same."""
    name = request.tool_call["name"]
    return declared.get(name, {"name": name})


def _to_message(request: Any, blocked: Blocked) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(content=str(blocked), name=call["name"], tool_call_id=call["id"], status="error")
