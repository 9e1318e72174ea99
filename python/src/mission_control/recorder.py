"""Turns what happens in runs into events. Sequence numbers and keys are given at once, in the order of calls."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from .ids import new_id, now_micros, to_instant
from .payloads import DISABLED, Payload, capture, capture_messages
from .queue import Item, Queue
from .redact import Site
from .runs import MAX_NAME, Place, Run, Step
from .safely import safely

_MAX_MESSAGE, _MAX_STACK = 4_096, 8_192
_FIRST_STEP_SEQ = 1


def to_error_info(error: BaseException) -> dict[str, str]:
    """An error of the host as events carry it."""
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "type": type(error).__name__[:MAX_NAME],
        "message": str(error)[:_MAX_MESSAGE],
        "stack": stack[-_MAX_STACK:],
    }


def to_status(error: BaseException) -> str:
    """What an error makes of the step or run that threw it: a cancellation is a wish, not a fault."""
    name = type(error).__name__
    is_wish = name in ("CancelledError", "GraphInterrupt", "GraphBubbleUp", "GeneratorExit", "KeyboardInterrupt")
    return "cancelled" if is_wish else "error"


class Recorder:
    def __init__(self, queue: Queue, drops: dict[str, int], on_queued: Callable[[bool], None]) -> None:
        self._queue = queue
        self._drops = drops
        self._on_queued = on_queued
        self.active: dict[str, Run] = {}

    def capture(self, run: Run, value: Any, site: Site | None = None) -> Payload | None:
        """Captures a value for a run, unless its organization keeps metadata only."""
        if value is None:
            return None
        return DISABLED if _is_metadata_only(run) else safely("capturing a payload", lambda: capture(value, site))

    def capture_input(self, run: Run, value: Any) -> Payload | None:
        """Lists of messages are captured one by one: a growing history is sent once."""
        messages = value.get("messages") if isinstance(value, dict) else value
        if isinstance(messages, list) and not _is_metadata_only(run):
            return safely("capturing messages", lambda: capture_messages(messages))
        return self.capture(run, value)

    def start_run(self, run: Run, value: Any, fields: dict[str, Any]) -> None:
        self.active[run.id] = run
        bundle = run.agent.bundle or {}
        parent = {"run": run.parent.run, "step": run.parent.step} if run.parent else None
        told = {
            "agent": run.agent.slug,
            "version": bundle.get("version_id"),
            "parent": parent and {key: item for key, item in parent.items() if item is not None},
            "trace": run.trace,
            "name": run.name and run.name[:MAX_NAME],
            "policy_bundle": bundle.get("bundle"),
            "sampled": run.uploads,
            **fields,
        }
        self._emit(run, "run.start", told, {"input": self.capture(run, value)})

    def open_step(self, place: Place, kind: str, name: str, *, value: Payload | None = None, **fields: Any) -> Step:
        run, name = place.run, name[:MAX_NAME]
        key = run.next_key(place.key, kind, name)
        shared = {"key": key, "kind": kind, "name": name, "parent_key": place.key, "attempt": 1, **fields}
        seq = run.next_seq()
        at = now_micros()
        item = self._emit(run, "step.start", shared, {"in": value}, seq=seq, at=at)
        return Step(run, key, kind, name, at, shared, value, item, seq)

    def close_step(self, step: Step, status: str, *, output: Payload | None = None, **fields: Any) -> None:
        """Ends a step. A start that is still queued is taken back and the end, which says all, takes its number."""
        if step.is_closed:
            return
        step.is_closed = True
        settle = step.settle
        if settle:
            safely("settling a step", lambda: settle(status, fields.get("tokens")))
        run = step.run
        with run.lock:
            run.steps += 1
        is_replaced = step.opening is not None and self._queue.withdraw(step.opening)
        at = now_micros()
        told = {
            **step.fields,
            "started_at": to_instant(step.started_at),
            "dur_us": max(0, at - step.started_at),
            "status": status,
            "decision": step.violation,
            **fields,
        }
        if step.reads or step.writes:
            told["data"] = {"read": sorted(step.reads), "write": sorted(step.writes)}
        seq = step.opening_seq if is_replaced else run.next_seq()
        urgent = status in ("error", "blocked")
        self._emit(run, "step.end", told, {"in": step.input, "out": output}, urgent=urgent, seq=seq, at=at)

    def fail_step(self, step: Step, error: BaseException) -> None:
        if step.violation:
            return self.close_step(step, "blocked", error=to_error_info(error))
        status = to_status(error)
        return self.close_step(step, status, error=to_error_info(error) if status == "error" else None)

    def decide(self, run: Run, fields: dict[str, Any], args: Payload | None) -> str:
        """Records a decision that is not a plain allow; its id is the violation's. What went against the run keeps it whole."""
        decision_id = new_id(now_micros())
        bundle = (run.agent.bundle or {}).get("bundle")
        self._emit(run, "decision", {"id": decision_id, **fields, "bundle": bundle}, {"args_view": args}, urgent=True)
        if fields["enforcement"] != "allowed":
            run.violations += 1
        if fields["enforcement"] != "allowed" or fields["verdict"] == "require_approval":
            self.upload(run)
        return decision_id

    def tell(self, run: Run, t: str, fields: dict[str, Any], payloads: dict[str, Payload | None] | None = None) -> None:
        """Records reasoning, checkpoints, notes and exceptions."""
        self._emit(run, t, fields, payloads or {}, urgent=t == "exception")

    def end_run(
        self, run: Run, status: str, *, output: Payload | None = None, error: dict[str, str] | None = None
    ) -> None:
        if run.is_ended:
            return
        at = now_micros()
        slow_ms = (run.agent.bundle or {}).get("p99_dur_ms")
        if status == "error" or (slow_ms is not None and at - run.started_at > slow_ms * 1_000):
            self.upload(run)
        run.is_ended = True
        if not run.uploads:
            self._emit(run, "discard", {}, {})
            self._drops["sampled"] += len(run.take_held())
        told = {"status": status, "error": error, "confidence": run.confidence, "steps": run.steps}
        self._emit(run, "run.end", told, {"out": output}, urgent=True, at=at)
        self.active.pop(run.id, None)

    def keep(self, run_id: str) -> None:
        """The server wants the payloads of a run that is not sampled."""
        run = self.active.get(run_id)
        if run:
            self.upload(run)

    def upload(self, run: Run) -> None:
        """From now on the run's payloads are uploaded, and those held so far follow."""
        if run.uploads:
            return
        run.uploads = True
        for line in run.take_held():
            self._queue.add(Item(run, line=line))
        self._on_queued(True)

    def _emit(
        self,
        run: Run,
        t: str,
        fields: dict[str, Any],
        payloads: dict[str, Payload | None],
        *,
        urgent: bool = False,
        seq: int | None = None,
        at: int | None = None,
    ) -> Item | None:
        number = run.next_seq() if seq is None else seq
        item = Item(
            run,
            t,
            number,
            now_micros() if at is None else at,
            {name: value for name, value in fields.items() if value is not None},
            {name: payload for name, payload in payloads.items() if payload is not None},
            urgent=urgent,
        )
        is_queued = self._queue.add(item)
        self._on_queued(urgent or number <= _FIRST_STEP_SEQ)
        return item if is_queued else None


def _is_metadata_only(run: Run) -> bool:
    return (run.agent.bundle or {}).get("capture") == "metadata"
