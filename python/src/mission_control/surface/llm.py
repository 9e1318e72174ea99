"""Model calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mission_control.client import active_client
from mission_control.enforcement.govern import Governed, govern
from mission_control.policy import Call
from mission_control.runs import current_place

from .traced import run_traced, run_traced_async

# The names that providers have for the most a model may answer.
_CAPS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


@dataclass(frozen=True)
class LlmRequest:
    """What the function that calls the model is given: `input` with a lower cap where a policy sets one."""

    model: str
    input: Any
    max_tokens: int | None


def llm(
    work: Callable[[LlmRequest], Any],
    *,
    model: str,
    input: Any,
    provider: str | None = None,
    max_tokens: int | None = None,
) -> Any:
    """Records a model call with its tokens. Raises Blocked when the agent may not use the model.

    The answer of `work` passes through; it may be awaitable. Outside a run it only calls.
    """
    client, place = active_client(), current_place.get()
    most = max_tokens if max_tokens is not None else _find_cap(input)

    def call(cap: int | None) -> Any:
        lowered = _lower(input, cap) if cap is not None else input
        return work(LlmRequest(model, lowered, most if cap is None else cap))

    if client is None or place is None:
        return call(None)
    captured = client.recorder.capture_input(place.run, input)
    step = client.recorder.open_step(place, "llm", model, value=captured, model=model, provider=provider)
    name = f"{provider}/{model}" if provider else model
    governed = Governed(place.run, step, Call("model", name, {"model": model, "provider": provider}, max_tokens=most))

    def after(result: Any) -> dict[str, Any]:
        return {"output": client.recorder.capture(place.run, result), **to_usage(result)}

    if inspect.iscoroutinefunction(work):
        return run_traced_async(client, step, lambda: govern(client, governed), call, after)
    return run_traced(client, step, lambda: govern(client, governed), call, after)


def _find_cap(value: Any) -> int | None:
    caps = [value[name] for name in _CAPS if isinstance(value.get(name), int)] if isinstance(value, dict) else []
    return caps[0] if caps else None


def _lower(value: Any, cap: int) -> Any:
    if not isinstance(value, dict):
        return value
    return {**value, **{name: cap for name in _CAPS if isinstance(value.get(name), int)}}


def to_usage(answer: Any) -> dict[str, Any]:
    """Usage, finish reason and id of an answer in the dialects of OpenAI (chat and responses) and Anthropic.

    Input includes cached tokens, output includes reasoning; Anthropic reports input without its cache, so it is added.
    """
    choices = _get(answer, "choices")
    choice = choices[0] if isinstance(choices, (list, tuple)) and choices else None
    finish = _get(choice, "finish_reason") or _get(answer, "stop_reason")
    identity = _get(answer, "id")
    return {
        "tokens": _to_tokens(_get(answer, "usage")),
        "finish": finish if isinstance(finish, str) else None,
        "response_id": identity[:256] if isinstance(identity, str) else None,
    }


def _to_tokens(usage: Any) -> dict[str, int] | None:
    given, output = _count(usage, "prompt_tokens", "input_tokens"), _count(usage, "completion_tokens", "output_tokens")
    if given is None and output is None:
        return None
    details = _get(usage, "prompt_tokens_details") or _get(usage, "input_tokens_details")
    reasoning = _get(usage, "completion_tokens_details") or _get(usage, "output_tokens_details")
    apart_read, apart_write = _count(usage, "cache_read_input_tokens"), _count(usage, "cache_creation_input_tokens")
    told = {
        "input": None if given is None else given + (apart_read or 0) + (apart_write or 0),
        "cache_read": apart_read if apart_read is not None else _count(details, "cached_tokens"),
        "cache_write": apart_write,
        "output": output,
        "reasoning": _count(reasoning, "reasoning_tokens"),
    }
    return {key: value for key, value in told.items() if value is not None}


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _count(value: Any, *names: str) -> int | None:
    for name in names:
        found = _get(value, name)
        if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
            return found
    return None
