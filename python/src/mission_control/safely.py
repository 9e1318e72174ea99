"""Our own code inside the host's: what goes wrong in it becomes a warning and never the host's exception."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_warned: set[str] = set()


class MissionControlWarning(UserWarning):
    """Something of Mission Control is not as it should be; the host goes on."""


def warn_once(text: str) -> None:
    """Warns once per text, so that the host can see and filter it; also where warnings are errors."""
    if text in _warned:
        return
    _warned.add(text)
    try:
        warnings.warn(text, MissionControlWarning, stacklevel=3)
    except MissionControlWarning:
        pass  # the host makes errors of warnings: ours must not end its work


def safely(what: str, work: Callable[[], T]) -> T | None:
    """The answer of `work`, or None after a warning."""
    try:
        return work()
    except Exception as error:
        warn_once(f"{what} failed: {error}")
        return None
