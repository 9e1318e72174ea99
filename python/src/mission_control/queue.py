"""What waits to be sent, bounded in bytes and items."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .payloads import Payload, to_dropped
from .runs import Run

SOFT_BYTES = 16 * 1024 * 1024
HARD_BYTES = 24 * 1024 * 1024
MAX_ITEMS = 8_192
# About what an event costs beyond its payloads.
_EVENT_BYTES = 400


@dataclass(slots=True)
class Item:
    """An event that waits to be sent, or the ready line of a payload that was held."""

    run: Run
    t: str = ""
    seq: int = 0
    at: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    payloads: dict[str, Payload] = field(default_factory=dict)
    line: str | None = None
    # Decisions, errors and run ends: kept as long as the hard limit allows.
    urgent: bool = False
    size: int = 0
    is_queued: bool = True


class Queue:
    """Under pressure payloads go first (a mark stays in their place), then events that are not urgent."""

    def __init__(self, drops: dict[str, int]) -> None:
        self._drops = drops
        self._items: deque[Item] = deque()
        self._lock = threading.Lock()
        self.bytes = 0
        # Batches that are being sent count as queued.
        self.in_flight = 0

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Item) -> bool:
        """False when there was no room; the loss is counted."""
        with self._lock:
            size = sum(payload.size for payload in item.payloads.values()) + len(item.line or "")
            held = self.bytes + self.in_flight
            if size and held + size > SOFT_BYTES:
                self._drops["buffer_full"] += 1
                item.payloads = {name: to_dropped(payload.size) for name, payload in item.payloads.items()}
                size = 0
            is_full = held > SOFT_BYTES or len(self._items) >= MAX_ITEMS
            if (is_full and not item.urgent) or held > HARD_BYTES or len(self._items) >= 2 * MAX_ITEMS:
                self._drops["buffer_full"] += 1
                return False
            item.size = size + _EVENT_BYTES
            self.bytes += item.size
            self._items.append(item)
            return True

    def withdraw(self, item: Item) -> bool:
        """Takes back a start whose end follows before it was sent."""
        with self._lock:
            was_queued = item.is_queued
            item.is_queued = False
            if was_queued:
                self.bytes -= item.size
                item.payloads = {}
            return was_queued

    def take(self, count: int) -> list[Item]:
        taken: list[Item] = []
        with self._lock:
            while self._items and len(taken) < count:
                item = self._items.popleft()
                if item.is_queued:
                    item.is_queued = False
                    self.bytes -= item.size
                    taken.append(item)
        return taken
