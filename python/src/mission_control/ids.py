"""Instants in microseconds that never run backwards, and ids that carry them."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone

_START_US = time.time_ns() // 1_000 - time.perf_counter_ns() // 1_000


def now_micros() -> int:
    """Microseconds since the epoch: the wall clock at process start plus a monotonic delta."""
    return _START_US + time.perf_counter_ns() // 1_000


def to_instant(micros: int) -> str:
    """An instant as RFC 3339 with microseconds."""
    seconds, rest = divmod(micros, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"


def to_day(micros: int) -> str:
    """The UTC day of an instant, `yyyy-mm-dd`."""
    return to_instant(micros)[:10]


def new_id(micros: int) -> str:
    """A UUIDv7 (RFC 9562) of an instant."""
    stamp = f"{micros // 1_000:012x}"
    random = os.urandom(10).hex()
    variant = f"{int(random[3], 16) & 0x3 | 0x8:x}"
    return f"{stamp[:8]}-{stamp[8:]}-7{random[:3]}-{variant}{random[4:7]}-{random[7:19]}"
