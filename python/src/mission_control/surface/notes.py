"""Steps of the host's own, and what it says about the current run."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from mission_control.client import active_client
from mission_control.enforcement.govern import assert_store
from mission_control.runs import current_place

from .run import run
from .traced import allow, run_traced, run_traced_async, to_output


def step(name: str, work: Callable[[], Any], *, kind: str = "other", input: Any = None) -> Any:
    """Records work as a step of the current run; its answer may be awaitable. Outside a run it only runs."""
    client, place = active_client(), current_place.get()
    if client is None or place is None:
        return work()
    opened = client.recorder.open_step(place, kind, name, value=client.recorder.capture(place.run, input))
    after = to_output(client, opened)
    if inspect.iscoroutinefunction(work):
        return run_traced_async(client, opened, allow, lambda _: work(), after)
    return run_traced(client, opened, allow, lambda _: work(), after)


def subagent(slug: str, *, input: Any = None) -> run:
    """Calls another agent of this process from a run: `with mc.subagent("writer"):`. Raises Blocked when undeclared."""
    return run(agent=slug, input=input)


def reason(text: str) -> None:
    """Records a block of reasoning of the current step."""
    client, place = active_client(), current_place.get()
    if client and place:
        client.recorder.tell(place.run, "reason", {"key": _key()}, {"text": client.recorder.capture(place.run, text)})


def checkpoint(name: str, state: Any = None) -> None:
    """Records a named point of the run with its state."""
    client, place = active_client(), current_place.get()
    if client and place:
        fields = {"name": name[:256], "key": _key(), "kind": "state"}
        client.recorder.tell(place.run, "checkpoint", fields, {"state": client.recorder.capture(place.run, state)})


def note(
    message: str | None = None,
    *,
    level: str | None = None,
    data: dict[str, Any] | None = None,
    confidence: float | None = None,
) -> None:
    """Records a remark on the current run. Its confidence (0 to 1: how sure the agent is) becomes the run's."""
    client, place = active_client(), current_place.get()
    if client and place:
        if confidence is not None:
            place.run.confidence = confidence
        told = {"message": message, "level": level, "data": data, "confidence": confidence, "key": _key()}
        client.recorder.tell(place.run, "note", told)


class data:
    """Evidence that the current tool touches a data store. Raises Blocked when it may not."""

    @staticmethod
    def read(store: str) -> None:
        _touch("read", store)

    @staticmethod
    def write(store: str) -> None:
        _touch("write", store)


def _touch(side: str, store: str) -> None:
    client, place = active_client(), current_place.get()
    if client is None or place is None or place.step is None:
        return
    (place.step.reads if side == "read" else place.step.writes).add(store)
    assert_store(client, place.step, side, store)


def _key() -> str | None:
    place = current_place.get()
    return place.step.key if place and place.step else None


@dataclass(frozen=True)
class Current:
    """Where the current code stands. `signal` is set when the run is ended from outside."""

    run_id: str
    root_id: str
    agent: str
    step_key: str | None
    signal: Event

    def key(self, *parts: str) -> str:
        """An idempotency key of this step: the same whenever the step is done again."""
        return hashlib.sha256("|".join([self.root_id, self.step_key or "root", *parts]).encode()).hexdigest()


def current() -> Current | None:
    """The current run and step; None outside a run."""
    place = current_place.get()
    if place is None:
        return None
    run_ = place.run
    return Current(run_.id, run_.root_id, run_.agent.slug, _key(), run_.aborted)
