"""Vectors that every evaluator of policies must come to."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

from mission_control.canonical import canonical_json
from mission_control.policy import Call, Decision, Engine, Past, Situation
from mission_control.policy.rules import parse_instant

FIXTURES = Path(__file__).parents[2] / "fixtures"
AT = "2026-06-01T00:00:00Z"


class PolicyVectors(unittest.TestCase):
    def test_every_vector_is_decided_as_the_files_say(self) -> None:
        paths = sorted((FIXTURES / "policy").glob("*.json"))
        self.assertGreaterEqual(len(paths), 12)
        for path in paths:
            for vector in json.loads(path.read_text()):
                engine = Engine(vector["ir"], vector.get("capability"))
                for call, expected in zip(vector["calls"], vector["expect"], strict=True):
                    with self.subTest(file=path.name, vector=vector["name"], call=call):
                        self.assertEqual(decide(engine, call), expected)

    def test_canonical_json_is_that_of_the_vectors(self) -> None:
        vectors = json.loads((FIXTURES / "canonical" / "vectors.json").read_text())
        for vector in vectors:
            with self.subTest(vector=vector):
                self.assertEqual(canonical_json(vector["value"]), vector["canonical"])


def decide(engine: Engine, call: dict[str, Any]) -> dict[str, Any]:
    past = engine.create_past()
    for done in call.get("history", []):
        engine.record(past, Call("tool", done["tool"], done.get("args", {})))
    asked = Call(
        call.get("kind", "tool"),
        call["tool"],
        call.get("args", {}),
        call.get("ctx"),
        call.get("stores"),
        call.get("max_tokens"),
    )
    return to_expectation(engine.decide(asked, to_situation(call, past)))


def to_situation(call: dict[str, Any], past: Past) -> Situation:
    return Situation(
        at=parse_instant(call.get("at", AT)),
        control=call.get("control"),
        open_breakers=frozenset(call.get("open_breakers", [])),
        usage=call.get("usage", {}),
        grants=frozenset(call.get("grants", [])),
        exceptions=frozenset(call.get("exceptions", [])),
        past=past,
    )


def to_expectation(decision: Decision) -> dict[str, Any]:
    decisive = [match.failed for match in decision.matched if match.rule == decision.decided_by]
    told: dict[str, Any] = {
        "verdict": decision.verdict,
        "stage": decision.stage,
        "decided_by": decision.decided_by,
        "failed": decisive[0] if decisive else [],
        "matched": [
            {"rule": match.rule, "mode": match.mode, "verdict": match.verdict, "code": match.code}
            for match in decision.matched
        ],
    }
    if decision.max_tokens is not None:
        told["max_tokens"] = decision.max_tokens
    if decision.approval is not None:
        told["approval"] = dict(decision.approval)
    return told


if __name__ == "__main__":
    unittest.main()
