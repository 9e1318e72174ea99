"""Errors that Mission Control raises on purpose. Every other fault of the SDK stays inside it."""

from __future__ import annotations

from datetime import datetime


class MissionControlError(Exception):
    """The base of all of them."""


class Blocked(MissionControlError):
    """A call was stopped before it happened. `rule` names what decided, `violation_id` the record in the console."""

    def __init__(self, violation_id: str, rule: str, explanation: str) -> None:
        super().__init__(f"{explanation} (violation {violation_id})")
        self.violation_id = violation_id
        self.rule = rule
        self.explanation = explanation


class ApprovalDenied(Blocked):
    """People said no to a call, or nobody said yes in time. It did not happen."""

    def __init__(self, violation_id: str, rule: str, explanation: str, approval_id: str, resolution: str) -> None:
        super().__init__(violation_id, rule, explanation)
        self.approval_id = approval_id
        self.resolution = resolution


class Paused(MissionControlError):
    """The agent takes no new runs: it is paused, draining or retired. `retry_at` is known when the pause has an end."""

    def __init__(self, agent: str, state: str, retry_at: datetime | None = None) -> None:
        until = f" until {retry_at.isoformat()}" if retry_at else ""
        super().__init__(f"{agent} is {state}{until} and takes no new runs.")
        self.state = state
        self.retry_at = retry_at
