"""Asks people about a call, and waits for what they say."""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from mission_control.http import Response
from mission_control.ids import new_id, now_micros
from mission_control.payloads import write_json
from mission_control.runs import Run

from .account import Account, to_view
from .gate import to_risk

if TYPE_CHECKING:
    from mission_control.client import Client

    from .govern import Governed

_DEFAULT_TIMEOUT_S = 1_800
# Clocks differ, and the last answer takes its time.
_GRACE_S = 60
_WAIT_S = 5
_MAX_SHOWN = 60_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
NOBODY = "Nobody decided in time."


@dataclass(frozen=True)
class Answer:
    """`grant_id` is there when the call may go on; `why` is for people."""

    resolution: str
    grant_id: str | None
    why: str


@dataclass(frozen=True)
class Question:
    id: str
    body: dict[str, Any]


def to_question(governed: Governed, account: Account, rules: list[str]) -> Question | None:
    """None for arguments without a JSON form that an approval could be bound to."""
    run, call = governed.run, governed.call
    args_hash = run.agent.hash_arguments(call.args)
    if args_hash is None or run.agent.bundle is None:
        return None
    risk, factors = to_risk(run, call, governed.effect, governed.external)
    asked = new_id(now_micros())
    body = {
        "id": asked,
        "agent_id": run.agent.bundle["agent_id"],
        "run_id": run.id,
        "step_key": governed.key,
        "kind": call.kind,
        "tool": call.name,
        "rules": rules,
        "args": _to_shown(to_view(run, call)),
        "args_hash": args_hash,
        "explanation": account.explanation,
        "confidence": run.confidence,
        "side_effect": governed.effect,
        "risk_score": risk,
        "risk_factors": factors,
    }
    return Question(asked, body)


def wait_for_answer(client: Client, run: Run, question: Question, timeout_s: float | None) -> Answer:
    """Asks until there is an answer. One that does not come is none: the question is asked again, as the same one."""
    end = time.monotonic() + (timeout_s or _DEFAULT_TIMEOUT_S) + _GRACE_S
    path = f"/approvals/{question.id}"
    is_asked = False
    while time.monotonic() < end and not run.aborted.is_set():
        if is_asked:
            answer = _send(client, "GET", f"{path}/wait?timeout_s={_WAIT_S}")
        else:
            answer = _send(client, "POST", "/approvals", question.body)
        if answer is None or answer.status >= 500 or answer.status in (401, 408, 429):
            run.aborted.wait(1 + random.random())
            continue
        said = answer.json()
        if answer.status != 200:
            why = f"The question was refused ({said.get('code')}): {said.get('detail')}"
            return Answer("refused", None, why)
        is_asked = True
        if said.get("status") in ("approved", "rejected"):
            return _to_answer(run, said)
    _send(client, "POST", f"{path}/cancel")
    if run.aborted.is_set():
        return Answer("withdrawn", None, "The run was ended meanwhile.")
    return Answer("expired", None, NOBODY)


def consume(client: Client, governed: Governed, grant_id: str) -> tuple[str, str] | None:
    """Uses a grant up, for the arguments as they are now. None when it was good, else code and detail of the refusal."""
    args_hash = governed.run.agent.hash_arguments(governed.call.args) or ""
    use = {"step_key": governed.key, "args_hash": args_hash}
    answer = _send(client, "POST", f"/grants/{grant_id}/consume", use)
    if answer is not None and answer.status == 200:
        return None
    said = answer.json() if answer is not None and answer.status < 500 else {}
    if isinstance(said.get("code"), str):
        return said["code"], str(said.get("detail"))
    return "grant.unreachable", "Mission Control could not be asked whether the approval still holds."


def _to_answer(run: Run, said: dict[str, Any]) -> Answer:
    resolution = said.get("resolution") or "rejected"
    is_expired = resolution == "expired"
    if is_expired and said.get("on_timeout") == "abort":
        run.abort(NOBODY)
    comment = f": {said['comment']}" if said.get("comment") else "."
    why = NOBODY if is_expired else f"People decided: {resolution}{comment}"
    grant = said.get("grant")
    return Answer(resolution, grant["id"] if isinstance(grant, dict) else None, why)


def _send(client: Client, method: str, path: str, body: Any = None) -> Response | None:
    """None when the server is away; who asks decides what that means."""
    headers = {"authorization": f"Bearer {client.enrolment.token}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    if method == "POST" and data is None:
        headers.pop("content-type")
    try:
        answer = client.http.send(
            method, f"/api/v1{path}", headers=headers, body=data, timeout=10 + (_WAIT_S if method == "GET" else 0)
        )
    except (OSError, HTTPException):
        return None
    if answer.status == 401:
        client.enrolment.renew()
    if answer.status < 500:
        client.hear()
    return answer


def _to_shown(view: Any) -> Any:
    """Arguments as the server takes them: what cannot be stored is replaced, and what is very long is cut."""
    text = _UNSTORABLE.sub("\ufffd", write_json(view).replace("\\u0000", "\ufffd"))
    return {"cut": text[: _MAX_SHOWN // 2]} if len(text) > _MAX_SHOWN else json.loads(text)
