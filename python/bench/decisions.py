"""Compares decisions with those of TypeScript, and times them. Reads `{vectors, policies, calls}`, prints one JSON line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from mission_control.policy import Call, Engine, Situation
from tests.test_policy_vectors import decide


def compare(vectors: list[dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
    count, differences = 0, []
    for vector in vectors:
        engine = Engine(vector["ir"], vector.get("capability"))
        for call, expected in zip(vector["calls"], vector["expect"], strict=True):
            count += 1
            decided = decide(engine, call)
            if decided != expected:
                differences.append({"ir": vector["ir"], "call": call, "expected": expected, "decided": decided})
    return count, differences


def measure(policies: list[dict[str, Any]], calls: list[dict[str, Any]]) -> tuple[float, float]:
    """The median and the 99th percentile of single decisions, each on arguments of its own; µs."""
    engine, situation = Engine(policies), Situation(at=1)
    asked = [Call(call["kind"], call["name"], call["args"]) for call in calls]
    times: list[float] = []
    for call in asked:
        began = time.perf_counter_ns()
        engine.decide(call, situation)
        times.append((time.perf_counter_ns() - began) / 1_000)
    times = sorted(times[len(times) // 10 :])  # the first warm it up
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text())
    count, differences = compare(given["vectors"])
    p50, p99 = measure(given["policies"], given["calls"])
    told = {"count": count, "differences": len(differences), "first": differences[:3], "p50_us": p50, "p99_us": p99}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
