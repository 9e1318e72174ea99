"""Runs the host's work as an open step and closes it by what comes of it. The host's result and error pass through."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from mission_control.client import Client
from mission_control.enforcement.govern import Wait
from mission_control.runs import Place, Step, current_place
from mission_control.safely import safely

# Raises to stop a step before it happens; answers a cap, or what waits for people.
Before = Callable[[], "int | Wait | None"]
# What the result tells beyond itself: fields of `step.end`.
After = Callable[[Any], dict[str, Any]]


def allow() -> None:
    """Nothing is asked before the work."""


def run_traced(client: Client, step: Step, before: Before, work: Callable[[int | None], Any], after: After) -> Any:
    """The answer of `work`; one that is awaited closes the step when it comes."""
    try:
        asked = before()
        cap = asked() if callable(asked) else asked
        token = current_place.set(Place(step.run, step))
        try:
            result = work(cap)
        finally:
            current_place.reset(token)
    except BaseException as error:
        client.recorder.fail_step(step, error)
        raise
    if inspect.isawaitable(result):
        return _await_traced(client, step, result, after)
    _close(client, step, result, after)
    return result


async def run_traced_async(
    client: Client, step: Step, before: Before, work: Callable[[int | None], Awaitable[Any]], after: After
) -> Any:
    """As `run_traced`; waiting for people does not hold up the event loop."""
    try:
        asked = before()
        cap = await asyncio.to_thread(asked) if callable(asked) else asked
    except BaseException as error:
        client.recorder.fail_step(step, error)
        raise
    token = current_place.set(Place(step.run, step))
    try:
        result = await work(cap)
    except BaseException as error:
        client.recorder.fail_step(step, error)
        raise
    finally:
        current_place.reset(token)
    _close(client, step, result, after)
    return result


async def _await_traced(client: Client, step: Step, pending: Awaitable[Any], after: After) -> Any:
    token = current_place.set(Place(step.run, step))
    try:
        result = await pending
    except BaseException as error:
        client.recorder.fail_step(step, error)
        raise
    finally:
        current_place.reset(token)
    _close(client, step, result, after)
    return result


def _close(client: Client, step: Step, result: Any, after: After) -> None:
    told = safely("reading a result", lambda: after(result)) or {}
    client.recorder.close_step(step, "ok", **told)


def to_output(client: Client, step: Step, is_tool: bool = False) -> After:
    """The result of a step as its output payload."""
    site = (step.name, "result") if is_tool else None
    return lambda result: {"output": client.recorder.capture(step.run, result, site)}
