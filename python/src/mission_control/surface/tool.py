"""Governed tools."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from mission_control.client import Client, active_client
from mission_control.declaration import declare_tool
from mission_control.enforcement.govern import Governed, govern
from mission_control.payloads import to_plain
from mission_control.policy import Call
from mission_control.runs import Place, Step, current_place
from mission_control.safely import safely
from mission_control.settings import SideEffect

from .run import run
from .traced import run_traced, run_traced_async, to_output

F = TypeVar("F", bound=Callable[..., Any])


def tool(
    *,
    name: str | None = None,
    effect: SideEffect | None = None,
    description: str | None = None,
    data: dict[str, list[str]] | None = None,
    external: bool | None = None,
    poll: bool | None = None,
    schema: dict[str, Any] | None = None,
) -> Callable[[F], F]:
    """Governs a function as a tool: each call is checked before it happens, then recorded.

    Its arguments are told by name. `effect` is what calling it twice does; undeclared counts as `non_idempotent`.
    Raises Blocked instead of calling when it may not run. Outside a run the call is a run of its own.
    """

    def wrap(work: F) -> F:
        told = {
            "name": name or work.__name__,
            "description": description,
            "side_effect": effect,
            "data": data,
            "external": external,
            "poll": poll,
            "schema": schema,
        }
        declared = {key: value for key, value in told.items() if value is not None}
        declare_tool(declared)
        to_args = _create_reader(work)
        if inspect.iscoroutinefunction(work):

            @functools.wraps(work)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                if active_client() is None:
                    return await work(*args, **kwargs)
                return await call_tool_async(declared, to_args(args, kwargs), lambda: work(*args, **kwargs))

            return cast(F, call_async)

        @functools.wraps(work)
        def call(*args: Any, **kwargs: Any) -> Any:
            if active_client() is None:
                return work(*args, **kwargs)
            return call_tool(declared, to_args(args, kwargs), lambda: work(*args, **kwargs))

        return cast(F, call)

    return wrap


def call_tool(declared: dict[str, Any], args: Any, work: Callable[[], Any]) -> Any:
    """A governed call of a declared tool. Adapters use it for the tools of their framework."""
    client, place = active_client(), current_place.get()
    if client is None:
        return work()
    if place is None:
        with run(declared["name"]) as opened:
            result = call_tool(declared, args, work)
            opened.set_output(result)
            return result
    step, governed = _open(client, place, declared, args)
    return run_traced(client, step, lambda: govern(client, governed), lambda _: work(), to_output(client, step, True))


async def call_tool_async(declared: dict[str, Any], args: Any, work: Callable[[], Any]) -> Any:
    """As `call_tool`; waiting for people does not hold up the event loop."""
    client, place = active_client(), current_place.get()
    if client is None:
        return await work()
    if place is None:
        async with run(declared["name"]) as opened:
            result = await call_tool_async(declared, args, work)
            opened.set_output(result)
            return result
    step, governed = _open(client, place, declared, args)
    after = to_output(client, step, True)
    return await run_traced_async(client, step, lambda: govern(client, governed), lambda _: work(), after)


def _open(client: Client, place: Place, declared: dict[str, Any], args: Any) -> tuple[Step, Governed]:
    run_, name = place.run, declared["name"]
    # The class that the server knows (an operator may have overridden it), else the one declared in code.
    known = run_.agent.tools.get(name, {}).get("side_effect")
    effect = known or declared.get("side_effect") or "non_idempotent"
    step = client.recorder.open_step(
        place,
        "tool",
        name,
        value=client.recorder.capture(run_, args, (name, "args")),
        args_hash=safely("hashing arguments", lambda: run_.agent.hash_arguments(to_plain(args))),
        side_effect=effect,
    )
    stores = declared.get("data")
    step.reads.update((stores or {}).get("read", ()))
    step.writes.update((stores or {}).get("write", ()))
    call = Call("tool", name, args, stores=stores)
    return step, Governed(run_, step, call, effect, bool(declared.get("external")))


def _create_reader(work: Callable[..., Any]) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
    """Reads the arguments of a call by name, with defaults; what takes any by name has them beside the others."""
    try:
        signature = inspect.signature(work)
    except (TypeError, ValueError):
        return lambda args, kwargs: {**kwargs, "args": list(args)} if args else kwargs
    extra = [name for name, one in signature.parameters.items() if one.kind is one.VAR_KEYWORD]

    def read(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        named = dict(bound.arguments)
        for name in extra:
            named.update(named.pop(name, {}))
        return named

    return read
