"""Writes what LangChain's callbacks tell as steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage

from mission_control.client import Client, active_client
from mission_control.runs import Place, Run, Step, current_place
from mission_control.safely import safely, warn_once

_ROLES = {"human": "user", "ai": "assistant"}
# The step in which each callback run stands, and the steps that callback runs opened themselves.
_places: dict[UUID, Step] = {}
_open: dict[UUID, Step] = {}
_guarded: set[str] = set()


def mark_guarded(name: str) -> None:
    """A guarded tool records itself."""
    _guarded.add(name)


@contextmanager
def place_within(runtime: Any) -> Iterator[None]:
    """The code of a tool stands in the step of its node, which only the callbacks of its configuration name."""
    place = current_place.get()
    manager = (getattr(runtime, "config", None) or {}).get("callbacks")
    step = _find_step(getattr(manager, "parent_run_id", None), place.run) if place else None
    token = current_place.set(Place(place.run, step) if place and step else place)
    try:
        yield
    finally:
        current_place.reset(token)


def _find_step(callback_id: UUID | None, run: Run) -> Step | None:
    """The step of a callback run, if it belongs to `run`: a child run begins at its own root."""
    step = _places.get(callback_id) if callback_id else None
    return step if step and step.run is run else None


class Observer(BaseCallbackHandler):
    """It never stops anything. Runs inline, in the order of events and in the context of the run."""

    run_inline = True

    def on_chain_start(
        self,
        serialized: Any,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        def observe(client: Client, run: Run) -> None:
            if not _is_node(tags):
                above = _find_step(parent_run_id, run)
                if above:
                    _places[run_id] = above
                return
            told = metadata or {}
            name = options.get("name") or str(told.get("langgraph_node", "node"))
            framework = {"name": "langgraph", "node": name, "step": told.get("langgraph_step")}
            value = client.recorder.capture_input(run, _to_plain(inputs))
            self._start(client, run, run_id, parent_run_id, kind="other", name=name, value=value, framework=framework)

        _observe(observe)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **options: Any) -> None:
        self._end(run_id, lambda client, step: {"output": client.recorder.capture(step.run, _to_plain(outputs))})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **options: Any) -> None:
        self._fail(run_id, error)

    def on_chat_model_start(
        self,
        serialized: Any,
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        def observe(client: Client, run: Run) -> None:
            told, parameters = metadata or {}, options.get("invocation_params") or {}
            named = told.get("ls_model_name") or parameters.get("model") or (serialized or {}).get("name")
            model = str(named or "model")
            value = client.recorder.capture_input(run, _to_plain(messages[0] if messages else []))
            provider = told.get("ls_provider")
            self._start(
                client, run, run_id, parent_run_id, kind="llm", name=model, value=value, model=model, provider=provider
            )

        _observe(observe)

    def on_llm_end(self, response: Any, *, run_id: UUID, **options: Any) -> None:
        def read(client: Client, step: Step) -> dict[str, Any]:
            generation = response.generations[0][0]
            answer = getattr(generation, "message", None)
            said = _to_plain(answer) if answer is not None else generation.text
            return {"output": client.recorder.capture(step.run, said), **_to_usage(answer)}

        self._end(run_id, read)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **options: Any) -> None:
        self._fail(run_id, error)

    def on_tool_start(
        self, serialized: Any, input_str: str, *, run_id: UUID, parent_run_id: UUID | None = None, **options: Any
    ) -> None:
        def observe(client: Client, run: Run) -> None:
            name = str((serialized or {}).get("name") or "tool")
            if name in _guarded:
                return
            warn_once(f"the tool {name} runs outside the tool nodes: it is observed, and cannot be stopped")
            value = client.recorder.capture(run, options.get("inputs") or input_str, (name, "args"))
            self._start(client, run, run_id, parent_run_id, kind="tool", name=name, value=value)

        _observe(observe)

    def on_tool_end(self, output: Any, *, run_id: UUID, **options: Any) -> None:
        self._end(
            run_id,
            lambda client, step: {
                "output": client.recorder.capture(step.run, _to_plain(output), (step.name, "result"))
            },
        )

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **options: Any) -> None:
        self._fail(run_id, error)

    def _start(
        self, client: Client, run: Run, run_id: UUID, parent_id: UUID | None, *, kind: str, name: str, **fields: Any
    ) -> None:
        if run_id in _open:
            return  # the handler was passed twice, by a graph and by one within it
        place = current_place.get()
        above = _find_step(parent_id, run) or (place.step if place else None)
        step = client.recorder.open_step(Place(run, above), kind, name, **fields)
        _open[run_id] = _places[run_id] = step

    def _end(self, run_id: UUID, read: Any) -> None:
        client, step = active_client(), _leave(run_id)
        if client and step:
            told = safely("observing LangChain", lambda: read(client, step)) or {}
            client.recorder.close_step(step, "ok", **told)

    def _fail(self, run_id: UUID, error: BaseException) -> None:
        client, step = active_client(), _leave(run_id)
        if client and step:
            safely("observing LangChain", lambda: client.recorder.fail_step(step, error))


def _leave(run_id: UUID) -> Step | None:
    _places.pop(run_id, None)
    return _open.pop(run_id, None)


def _observe(work: Any) -> None:
    client, place = active_client(), current_place.get()
    if client and place:
        safely("observing LangChain", lambda: work(client, place.run))


def _is_node(tags: list[str] | None) -> bool:
    """LangGraph tags the run of each node with its step; what it hides from traces is its own machinery."""
    return any(tag.startswith("graph:step:") for tag in tags or ()) and "langsmith:hidden" not in (tags or ())


def _to_plain(value: Any, depth: int = 2) -> Any:
    """A value of a graph (its state, a command) with plain messages in place of LangChain's, two levels deep."""
    if isinstance(value, BaseMessage):
        told = {
            "role": _ROLES.get(value.type, value.type),
            "content": value.content,
            "name": value.name,
            "tool_calls": getattr(value, "tool_calls", None) or None,
            "tool_call_id": getattr(value, "tool_call_id", None),
        }
        return {key: item for key, item in told.items() if item is not None}
    if depth == 0:
        return value
    if isinstance(value, (list, tuple)):
        return [_to_plain(item, depth - 1) for item in value]
    return {key: _to_plain(item, depth) for key, item in value.items()} if isinstance(value, dict) else value


def _to_usage(answer: Any) -> dict[str, Any]:
    """Usage, finish reason and id of a model's answer. LangChain's input already includes cached tokens."""
    metadata, usage = getattr(answer, "response_metadata", None) or {}, getattr(answer, "usage_metadata", None)
    finish = metadata.get("finish_reason") or metadata.get("stop_reason")
    told: dict[str, Any] = {"finish": finish, "response_id": getattr(answer, "id", None)}
    if usage:
        given, said = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
        tokens = {
            "input": usage.get("input_tokens"),
            "output": usage.get("output_tokens"),
            "cache_read": given.get("cache_read"),
            "cache_write": given.get("cache_creation"),
            "reasoning": said.get("reasoning"),
        }
        told["tokens"] = {key: value for key, value in tokens.items() if value is not None}
    return told
