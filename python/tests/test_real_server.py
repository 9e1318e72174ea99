"""The SDK against the real server."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from typing import Any

import mission_control as mc
from mission_control.client import active_client

from .real_server import RealServer


def wait_until(ask: Callable[[], Any], seconds: float = 20) -> Any:
    """The first answer that is not empty."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise TimeoutError("it did not come to be")
        time.sleep(0.05)
    return answer


class AgainstTheRealServer(unittest.TestCase):
    server: RealServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.cache = tempfile.TemporaryDirectory()
        os.environ["XDG_CACHE_HOME"] = cls.cache.name
        cls.server = RealServer()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()
        cls.cache.cleanup()

    def tearDown(self) -> None:
        mc.shutdown()

    def start(self, agent: str, **options: Any) -> None:
        mc.init(agent, url=self.server.url, key=self.server.key, **options)

    def test_a_run_arrives_whole_steps_tokens_payloads_redacted_outcome(self) -> None:
        self.start("py-reporter", manifest={"tools": ["lookup"]})

        @mc.tool(effect="read")
        def lookup(who: str, *, depth: int = 1) -> dict[str, Any]:
            return {"who": who, "password": "hunter2"}

        usage = {"prompt_tokens": 1_200, "completion_tokens": 34, "prompt_tokens_details": {"cached_tokens": 200}}

        def research() -> None:
            messages = [{"role": "user", "content": "Who?"}]
            mc.llm(lambda request: {"usage": usage}, model="gpt-5", provider="openai", input=messages)
            lookup("ann@example.com")

        with mc.run("report", input={"task": "write"}) as run:
            mc.step("research", research)
            mc.reason("Because.")
            mc.checkpoint("half", {"n": 1})
            mc.note("sure", confidence=0.9)
            run.set_output("done")
        self.assertTrue(mc.flush(20))
        [found] = self.server.find_runs("py-reporter")
        told = {key: found[key] for key in ("status", "name", "steps", "llm_calls", "tool_calls", "confidence")}
        self.assertEqual(
            told,
            {"status": "ok", "name": "report", "steps": 3, "llm_calls": 1, "tool_calls": 1, "confidence": 0.9},
        )
        steps = {step["key"]: step for step in self.server.list_steps(found["id"])}
        tool = steps["root/other:research#1/tool:lookup#1"]
        self.assertEqual(tool["in_payload"]["v"], {"who": "[redacted:email]", "depth": 1})
        self.assertEqual(tool["out_payload"]["v"], {"who": "[redacted:email]", "password": "[redacted:password]"})
        self.assertEqual(tool["side_effect"], "read")
        self.assertEqual(steps["root/other:research#1/llm:gpt-5#1"]["tokens_cache_read"], 200)

    def test_a_tool_that_was_not_declared_is_stopped_before_its_effect_and_recorded(self) -> None:
        self.start("py-careless", manifest={"tools": ["read_file"]})
        effects: list[str] = []

        @mc.tool(name="remove_file")
        def remove(path: str) -> None:
            effects.append(path)

        with self.assertRaises(mc.Blocked) as caught, mc.run("careless"):
            remove("/etc")
        self.assertEqual((effects, caught.exception.rule), ([], "capability.tool_undeclared"))
        self.assertTrue(mc.flush(20))
        [run] = self.server.find_runs("py-careless")
        [step] = self.server.list_steps(run["id"])
        self.assertEqual((run["status"], step["status"]), ("error", "blocked"))
        violation = self.server.call("GET", f"/violations/{caught.exception.violation_id}")
        self.assertEqual((violation["tool"], violation["enforcement"]), ("remove_file", "blocked"))

    def test_a_policy_blocks_a_call_by_its_arguments_also_of_an_asynchronous_tool(self) -> None:
        self.server.enforce("py-cashier", "  - { id: big, tools: { match: [pay], where: { amount: { lte: 10 } } } }")
        self.start("py-cashier", manifest={"tools": ["pay"]})
        paid: list[int] = []

        @mc.tool(effect="non_idempotent")
        async def pay(amount: int) -> int:
            paid.append(amount)
            return amount

        async def work() -> str:
            async with mc.run("pay"):
                await pay(5)
                try:
                    await pay(amount=90)
                except mc.Blocked as blocked:
                    return blocked.rule
            return "nothing stopped it"

        self.assertEqual(asyncio.run(work()), "py-cashier@1:big")
        self.assertEqual(paid, [5])

    def test_a_call_that_needs_people_waits_for_them_and_happens_once(self) -> None:
        rule = "tools: { match: [pay], where: { amount: { lte: 10 } }, action: require_approval }"
        self.server.enforce("py-clerk", f"  - {{ id: big, {rule} }}")
        self.start("py-clerk", manifest={"tools": ["pay"]})
        paid: list[int] = []

        @mc.tool()
        def pay(amount: int) -> None:
            paid.append(amount)

        def answer(decision: str) -> None:
            pending = wait_until(lambda: self.server.call("GET", "/approvals?kind=policy&status=pending")["items"])[0]
            body = {"decision": decision, "args_hash": pending["args_hash"], "comment": "Seen."}
            self.server.call("POST", f"/approvals/{pending['id']}/decisions", body)

        for amount, decision in ((90, "approved"), (91, "rejected")):
            person = threading.Thread(target=answer, args=[decision])
            person.start()
            try:
                with mc.run("pay"):
                    pay(amount)
            except mc.ApprovalDenied as denied:
                self.assertEqual((amount, denied.resolution), (91, "rejected"))
            person.join()
        self.assertEqual(paid, [90])

    def test_the_kill_switch_stops_the_next_call_and_what_is_paused_takes_no_runs(self) -> None:
        self.start("py-runaway", manifest={"tools": ["act"]})
        acts: list[int] = []

        @mc.tool(effect="read")
        def act() -> None:
            acts.append(1)

        with self.assertRaises(mc.Blocked) as caught, mc.run("runaway"):
            act()
            kill = self.server.call(
                "POST", "/kill", {"scope": {"agent": "py-runaway"}, "abort": False, "reason": "test"}
            )
            client = active_client()
            wait_until(lambda: client and client.main.bundle and client.main.bundle["control"].get("kill"))
            act()
        self.assertEqual((caught.exception.rule, len(acts)), ("control.killed", 1))
        with self.assertRaises(mc.Paused), mc.run("again"):
            pass
        self.server.call("DELETE", f"/kill/{kill['id']}")

    def test_an_agent_that_never_had_contact_may_only_read(self) -> None:
        mc.init("py-alone", url="http://127.0.0.1:9", key="mcs_none", manifest={"tools": ["get", "send"]})
        get = mc.tool(name="get", effect="read")(lambda: "read")
        send = mc.tool(name="send")(lambda: "sent")
        with mc.run("alone"):
            self.assertEqual(get(), "read")
            with self.assertRaises(mc.Blocked) as caught:
                send()
        self.assertEqual(caught.exception.rule, "contact.none")


if __name__ == "__main__":
    unittest.main()
