"""Runs and entrypoints."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from mission_control.client import Client, active_client
from mission_control.declaration import declare_entrypoint
from mission_control.enforcement.govern import Governed, assert_answer, assert_declared
from mission_control.errors import Blocked, Paused
from mission_control.ids import new_id, now_micros
from mission_control.policy import Call
from mission_control.recorder import to_error_info, to_status
from mission_control.runs import Place, Run, Step, current_place

_CLOSED = ("paused", "draining", "retired")


class run:
    """Runs what is inside as a run: `with` and `async with`.

    Within a run it is the same run, unless `agent` names another: then it is a child run of that agent, and a step of
    the caller. Raises Paused when the agent takes no new runs, Blocked when the caller may not call it. `output` is told
    by `set_output`.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        agent: str | None = None,
        input: Any = None,
        task: str | None = None,
        session: str | None = None,
        user: str | None = None,
        raw_user: bool = False,
        tags: dict[str, str] | None = None,
        entrypoint: str | None = None,
    ) -> None:
        self._name, self._agent, self._input = name, agent, input
        self._user, self._raw_user = user, raw_user
        self._fields = {"task": task, "session": session, "tags": tags, "entrypoint": entrypoint}
        self._client: Client | None = None
        self._run: Run | None = None
        self._step: Step | None = None
        self._token: Any = None
        self._output: Any = None

    @property
    def id(self) -> str:
        """The run's id; one of its own where Mission Control is off."""
        place = current_place.get()
        return self._run.id if self._run else place.run.id if place else new_id(now_micros())

    def set_output(self, value: Any) -> None:
        self._output = value

    def __enter__(self) -> run:
        client = self._client = active_client()
        if client is None:
            return self
        place = current_place.get()
        slug = self._agent or (place.run.agent.slug if place else client.main.slug)
        if place and slug == place.run.agent.slug:
            return self
        if place:
            self._call_subagent(client, place, slug)
        try:
            self._start(client, slug, place)
        except BaseException as error:
            if self._step:
                client.recorder.fail_step(self._step, error)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        client, run_ = self._client, self._run
        if client is None or run_ is None:
            return
        current_place.reset(self._token)
        if error is None:
            try:
                ends_task = run_.parent is None and self._fields["task"] is not None
                assert_answer(client, run_, self._output, ends_task)
            except Blocked as refusal:
                self._end(client, run_, refusal)
                raise
        self._end(client, run_, error)

    async def __aenter__(self) -> run:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def _call_subagent(self, client: Client, place: Place, slug: str) -> None:
        captured = client.recorder.capture(place.run, self._input)
        self._step = client.recorder.open_step(place, "subagent", slug, value=captured)
        governed = Governed(place.run, self._step, Call("store", slug, self._input))
        try:
            assert_declared(client, governed, "subagent", slug)
        except Blocked as error:
            client.recorder.fail_step(self._step, error)
            self._step = None
            raise

    def _start(self, client: Client, slug: str, place: Place | None) -> None:
        agent = client.get_agent(slug)
        client.make_ready()
        _assert_takes_runs(client, slug, agent.bundle)
        parent = Place(place.run, self._step or place.step) if place else None
        rate = client.settings.sample
        if rate is None:
            rate = agent.bundle["sampling"]["rate"] if agent.bundle else 1
        run_ = self._run = Run(agent, self._name, parent, rate)
        user = self._user if self._raw_user else agent.hash_text(self._user) if self._user else None
        client.recorder.start_run(run_, self._input, {**self._fields, "user": user})
        self._token = current_place.set(Place(run_))

    def _end(self, client: Client, run_: Run, error: BaseException | None) -> None:
        recorder = client.recorder
        output = recorder.capture(run_, self._output)
        if error is None:
            recorder.end_run(run_, "ok", output=output)
            if self._step:
                recorder.close_step(self._step, "ok", output=recorder.capture(self._step.run, self._output))
            return
        status = to_status(error)
        info = to_error_info(error) if status == "error" else None
        if info and not isinstance(error, Blocked):
            recorder.tell(run_, "exception", {**info, "where": "framework"})
        recorder.end_run(run_, status, error=info)
        if self._step:
            recorder.fail_step(self._step, error)


def _assert_takes_runs(client: Client, slug: str, bundle: dict[str, Any] | None) -> None:
    if client.is_leaving:
        raise Paused(slug, "draining")
    control = bundle["control"] if bundle else {"state": "active"}
    if control["state"] in _CLOSED:
        at = control.get("retry_at")
        raise Paused(slug, control["state"], datetime.fromisoformat(at.replace("Z", "+00:00")) if at else None)


@dataclass(frozen=True)
class RunContext:
    """What an entrypoint is told beside its input."""

    run_id: str


def entrypoint(name: str) -> Callable[[Callable[..., Any]], Callable[[Any], Any]]:
    """Makes a function that runs an agent: each call, with its input only, is a run.

    With `name` of an agent of this process it is that one's.
    """
    declare_entrypoint(name)

    def wrap(work: Callable[..., Any]) -> Callable[[Any], Any]:
        def open_run(value: Any) -> run:
            client = active_client()
            agent = name if client and name in client.agents else None
            return run(name, agent=agent, input=value, entrypoint=name)

        if inspect.iscoroutinefunction(work):

            @functools.wraps(work)
            async def enter_async(value: Any) -> Any:
                async with open_run(value) as opened:
                    result = await work(value, RunContext(opened.id))
                    opened.set_output(result)
                    return result

            return enter_async

        @functools.wraps(work)
        def enter(value: Any) -> Any:
            with open_run(value) as opened:
                result = work(value, RunContext(opened.id))
                opened.set_output(result)
                return result

        return enter

    return wrap
