"""Asks whether a step may happen, before it does: state, declaration, breakers, rules, approvals, limits, in that order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mission_control.errors import ApprovalDenied, Blocked
from mission_control.payloads import to_plain
from mission_control.policy import Call
from mission_control.policy.call import ALLOW
from mission_control.runs import ROOT_KEY, Place, Run, Step
from mission_control.safely import safely, warn_once

from .account import Account, to_account
from .approvals import consume, to_question, wait_for_answer
from .gate import Ruling, decide, fail_mode_of, has_contact, past_of, to_block, with_facts

if TYPE_CHECKING:
    from mission_control.client import Client

_ENFORCEMENTS = {"block": "blocked", "require_approval": "allowed", "warn": "allowed", "would_have": "would_have"}
_NO_GRANTS: frozenset[str] = frozenset()


@dataclass(slots=True)
class Governed:
    """A call that is decided about; `step` is None for a run as a whole."""

    run: Run
    step: Step | None
    call: Call
    effect: str | None = None
    external: bool = False
    # The arguments as the host holds them; `call.args` is what they were as JSON when it was decided.
    raw: Any = None

    @property
    def key(self) -> str:
        return self.step.key if self.step else ROOT_KEY

    def violate(self, violation: str) -> None:
        if self.step:
            self.step.violation = violation


# The cap on what a model answers, or None. Waits for people: it may take long.
Wait = Callable[[], "int | None"]


def govern(client: Client, governed: Governed) -> int | Wait | None:
    """What is not a plain allow is recorded with its context. The answer is the cap on what a model may answer.

    Raises Blocked where it may not happen. Where people must be asked the answer is a function that waits for them and
    raises ApprovalDenied when they say no, so that asynchronous hosts can wait elsewhere.
    """
    governed.raw = governed.call.args
    governed.call = replace(governed.call, args=_to_plain(client, governed))
    facts = safely(
        "the facts of a run", lambda: with_facts(governed.run, governed.call, governed.effect, governed.external)
    )
    governed.call = facts or governed.call
    ruling = _judge(client, governed)
    _assert_stores(client, governed)
    if ruling.decision.verdict != "require_approval":
        return _admit(governed, ruling)
    return lambda: _go_on_with_people(client, governed, ruling)


def assert_declared(client: Client, governed: Governed, kind: str, name: str) -> None:
    """Whether a store or another agent may be touched. Raises Blocked; nobody is asked."""
    check = governed.run.agent.check
    found = check(kind, name) if check else None
    if found is None:
        return
    mode = "enforce" if found.verdict == "block" else "monitor"
    matched = [{"rule": found.code, "mode": mode, "verdict": "block"}]
    account = Account(found.verdict, found.code, mode, None, matched, found.explanation, False)
    touched = replace(governed, call=replace(governed.call, kind="store", name=name))
    violation = _record(client, touched, account)
    if found.verdict == "block":
        governed.violate(violation)
        raise Blocked(violation, found.code, found.explanation)


def assert_store(client: Client, step: Step, side: str, store: str) -> None:
    """Whether a tool may touch a store that it names while it runs. Raises Blocked."""
    call = Call("store", step.name, {"store": store, "tool": step.name}, stores={side: [store]})
    governed = Governed(step.run, step, call)
    assert_declared(client, governed, "store", store)
    ruling = _judge(client, governed)
    if ruling.decision.verdict == "require_approval":
        raise _refuse(client, governed, replace(ruling, decision=replace(ruling.decision, verdict="block")))


def assert_answer(client: Client, run: Run, answer: Any, ends_task: bool) -> None:
    """Whether a run may give its answer, and whether its task is done with it, where any rule is about that."""
    rulebook = run.agent.rulebook
    if rulebook is None:
        return
    name = run.name or run.agent.slug
    moments = [("output", rulebook.needs_output), ("task_end", rulebook.needs_task_end and ends_task)]
    for kind, is_asked in moments:
        if is_asked:
            call = Call("output" if kind == "output" else "task_end", name, answer)
            waits = govern(client, Governed(run, None, call))
            if callable(waits):
                waits()


def _to_plain(client: Client, governed: Governed) -> Any:
    """Rules see arguments as JSON has them; what cannot be seen is refused where it may matter."""
    plain = safely("reading arguments", lambda: (to_plain(governed.call.args),))
    if plain:
        return plain[0]
    if fail_mode_of(client, governed.run.agent) == "fail_open":
        return None
    explanation = f"The arguments of {governed.call.name} have no JSON form that rules could see."
    governed.call = replace(governed.call, args=None)
    raise _refuse(client, governed, Ruling(to_block("sdk.error"), True, explanation))


def _judge(client: Client, governed: Governed, grants: frozenset[str] = _NO_GRANTS) -> Ruling:
    """Decides and records. Raises when it is a block; what people must decide is recorded when they have."""
    ruling = _try_decide(client, governed, grants)
    decision = ruling.decision
    if decision.verdict == "block":
        raise _refuse(client, governed, ruling)
    if decision.verdict == "require_approval" or not decision.matched:
        return ruling
    warned = governed.run.warned
    if decision.stage == "limit":  # near a limit every call would say so again
        if decision.decided_by in warned:
            return ruling
        warned.add(decision.decided_by or "")
    _record(client, governed, to_account(governed.run, governed.call, ruling))
    return ruling


def _try_decide(client: Client, governed: Governed, grants: frozenset[str]) -> Ruling:
    """A fault of ours is no permission, unless the agent was told to go on without us."""
    try:
        return decide(client, governed.run, governed.call, governed.effect, grants)
    except Exception as error:
        warn_once(f"deciding about a call failed: {error}")
        explanation = f"Mission Control's SDK failed to decide about {governed.call.name}: {error}"
        is_open = fail_mode_of(client, governed.run.agent) == "fail_open"
        return Ruling(ALLOW if is_open else to_block("sdk.error"), True, explanation)


def _refuse(client: Client, governed: Governed, ruling: Ruling) -> Blocked:
    """Records a block; the error is for the caller."""
    account = to_account(governed.run, governed.call, ruling)
    violation = _record(client, governed, account)
    governed.violate(violation)
    return Blocked(violation, account.rule, account.explanation)


def _go_on_with_people(client: Client, governed: Governed, first: Ruling) -> int | None:
    """People decide, again when the rules changed meanwhile; what they allowed is used up just before the call."""
    grants: list[tuple[str, Account]] = []
    satisfied: frozenset[str] = frozenset()
    ruling = first
    while ruling.decision.verdict == "require_approval":
        rules, grant, account = _ask_people(client, governed, ruling)
        grants.append((grant, account))
        satisfied |= frozenset(rules)
        ruling = _judge(client, governed, satisfied)
    cap = _admit(governed, ruling)
    for grant, account in grants:
        _use(client, governed, grant, account)
    return cap


def _ask_people(client: Client, governed: Governed, ruling: Ruling) -> tuple[list[str], str, Account]:
    """The wait is a step of the run. Raises Blocked when people cannot be asked, ApprovalDenied when they say no or nothing."""
    run = governed.run
    account = to_account(run, governed.call, ruling)
    rules = [
        match.rule
        for match in ruling.decision.matched
        if match.verdict == "require_approval" and match.mode == "enforce"
    ]
    question = to_question(governed, account, rules)
    if question is None:
        raise _stop(client, governed, account, "its arguments have no JSON form that an approval could be bound to")
    if not has_contact(client, run.agent):
        raise _stop(client, governed, account, "nobody can be asked: Mission Control is not in contact")
    recorder = client.recorder
    told = recorder.capture(run, {"rule": account.rule, "explanation": account.explanation})
    waiting = recorder.open_step(Place(run, governed.step), "human", "approval", value=told)
    answer = wait_for_answer(client, run, question, (ruling.decision.approval or {}).get("timeout_s"))
    output = recorder.capture(run, {"resolution": answer.resolution, "why": answer.why})
    recorder.close_step(waiting, "ok", output=output)
    if answer.grant_id:
        return rules, answer.grant_id, account
    explanation = f"{account.explanation} {answer.why}"
    violation = _record(client, governed, replace(account, verdict="block", explanation=explanation))
    governed.violate(violation)
    raise ApprovalDenied(violation, account.rule, explanation, question.id, answer.resolution)


def _use(client: Client, governed: Governed, grant: str, account: Account) -> None:
    """The grant is for the arguments that people saw: those of now must be the same."""
    now = replace(governed.call, args=governed.raw)
    governed.call = replace(now, args=_to_plain(client, replace(governed, call=now)))
    refused = consume(client, governed, grant)
    if refused is None:
        _record(client, governed, account)
        return
    code, detail = refused
    explanation = f"{account.explanation} It was approved, but {detail}"
    raise _refuse(client, governed, Ruling(to_block(code, "approval"), code == "grant.unreachable", explanation))


def _stop(client: Client, governed: Governed, account: Account, why: str) -> Blocked:
    explanation = f"{account.explanation} It is blocked, because {why}."
    told = replace(account, verdict="block", degraded=True, explanation=explanation)
    violation = _record(client, governed, told)
    governed.violate(violation)
    return Blocked(violation, account.rule, explanation)


def _admit(governed: Governed, ruling: Ruling) -> int | None:
    """The way is free, and what the call costs is counted."""
    run, call = governed.run, governed.call
    with run.lock:
        run.tally.tool_calls += call.kind == "tool"
        run.tally.llm_calls += call.kind == "model"
    if governed.step:
        governed.step.settle = lambda status, tokens: _settle(run, call, status, tokens)
    return ruling.decision.max_tokens


def _settle(run: Run, call: Call, status: str, tokens: dict[str, int] | None) -> None:
    with run.lock:
        run.tally.tokens += (tokens or {}).get("input", 0) + (tokens or {}).get("output", 0)
    past, rulebook = past_of(run), run.agent.rulebook
    if past is not None and rulebook:
        rulebook.engine.record(past, call, has_failed=status != "ok")


def _assert_stores(client: Client, governed: Governed) -> None:
    stores = governed.call.stores
    if governed.call.kind == "tool" and stores:
        for store in [*(stores.get("read") or []), *(stores.get("write") or [])]:
            assert_declared(client, governed, "store", store)


def _record(client: Client, governed: Governed, account: Account) -> str:
    """Records a decision with its context; the answer is the id of the violation."""
    run, call = governed.run, governed.call
    fields = {
        "key": governed.key,
        "tool": call.name[:256],
        "verdict": account.verdict,
        "rule": account.rule,
        "mode": account.mode,
        "enforcement": _ENFORCEMENTS[account.verdict],
        "severity": account.severity,
        "matched": account.matched,
        "explanation": account.explanation,
        "degraded": account.degraded or None,
        "args_hash": run.agent.hash_arguments(call.args),
    }
    site = (call.name, "args") if call.kind == "tool" else None
    return client.recorder.decide(run, fields, client.recorder.capture(run, call.args, site))
