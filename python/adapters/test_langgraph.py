"""LangGraph's real graphs and tool nodes with a scripted model, against the real server."""

from __future__ import annotations

import asyncio
import os
import tempfile
import unittest
from collections.abc import Iterator
from typing import Any

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

import mission_control as mc
from mission_control.langgraph import instrument
from tests.real_server import RealServer

refunded: list[int] = []


@tool
def order_get(order: int) -> str:
    """Reads an order."""
    return f"order {order}: 90 EUR"


@tool
def refund_create(amount: int) -> str:
    """Pays money back."""
    refunded.append(amount)
    return "refunded"


def ask(name: str, **args: Any) -> AIMessage:
    usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call-{name}"}], usage_metadata=usage)


def build(script: list[BaseMessage]) -> Any:
    answers: Iterator[Any] = iter(script)
    model = GenericFakeChatModel(messages=answers)
    builder = StateGraph(MessagesState)
    builder.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    builder.add_node("tools", ToolNode([order_get, refund_create]))
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", tools_condition, {"tools": "tools", END: END})
    builder.add_edge("tools", "model")
    return builder.compile()


class LangGraph(unittest.TestCase):
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
        refunded.clear()

    def run_graph(self, agent: str, is_async: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        rule = "tools: { match: [refund_create], where: { amount: { lte: 50 } } }"
        self.server.enforce(agent, f"  - {{ id: small, {rule} }}")
        mc.init(agent, url=self.server.url, key=self.server.key)
        script = [ask("order_get", order=42), ask("refund_create", amount=90), ask("refund_create", amount=40)]
        graph = instrument(
            build([*script, AIMessage("Done.")]), {"order_get": "read", "refund_create": "non_idempotent"}
        )
        value = {"messages": [HumanMessage("Refund order 42")]}
        result = asyncio.run(graph.ainvoke(value)) if is_async else graph.invoke(value)
        self.assertTrue(mc.flush(20))
        [run] = self.server.find_runs(agent)
        steps = {step["key"]: step for step in self.server.list_steps(run["id"])}
        return result, {"run": run, "steps": steps}

    def test_a_graph_is_seen_whole_and_its_tools_are_stopped_before_their_effect(self) -> None:
        for is_async in (False, True):
            with self.subTest(is_async=is_async):
                refunded.clear()
                result, seen = self.run_graph(f"py-graph-{'async' if is_async else 'sync'}", is_async)
                self.assertEqual(refunded, [40])
                told = [message.status for message in result["messages"] if message.type == "tool"]
                self.assertEqual(told, ["success", "error", "success"])
                run, steps = seen["run"], seen["steps"]
                self.assertEqual((run["status"], run["llm_calls"], run["tool_calls"]), ("ok", 4, 3))
                self.assertEqual(
                    {key: step["status"] for key, step in steps.items() if step["kind"] == "tool"},
                    {
                        "root/other:tools#1/tool:order_get#1": "ok",
                        "root/other:tools#2/tool:refund_create#1": "blocked",
                        "root/other:tools#3/tool:refund_create#1": "ok",
                    },
                )
                [model] = [step for key, step in steps.items() if key.startswith("root/other:model#1/llm:")]
                self.assertEqual((model["tokens_input"], model["status"]), (100, "ok"))
            mc.shutdown()


if __name__ == "__main__":
    unittest.main()
