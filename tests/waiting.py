"""Waiting in tests: for what must become true, never for a time.

How long a machine takes says nothing about the program: two busy cores, a slow disk or a paused virtual machine make
any limit of seconds fail. So tests wait for conditions, and bound what the program does (how often it asks, how many
clips it reads). The one limit here only ends what hangs.
"""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

LIMIT_S = 600.0
"""No step of a test takes so long, on however busy a machine. The limit of whole tests is in ``pyproject.toml``."""

_PAUSE_S = 0.02


def until(look: Callable[[], Found], *, explain: Callable[[], object] = lambda: "") -> Found:
    """First true value that ``look`` returns; after `LIMIT_S` the test fails with what ``explain`` returns."""
    deadline = time.monotonic() + LIMIT_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"still waiting after {LIMIT_S:.0f} s: {explain()}"
        time.sleep(_PAUSE_S)
    return found
