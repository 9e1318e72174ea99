"""Evaluates compiled policies: the same decisions as `packages/policy`, which the vectors in `fixtures/policy` prove."""

from .call import Call, Decision, Match, Past, Situation
from .engine import Engine

__all__ = ["Call", "Decision", "Engine", "Match", "Past", "Situation"]
