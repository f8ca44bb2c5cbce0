"""Memory that threads leave free is taken by others."""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8
"""Name of the number of heaps in ``malloc.h``."""


def share_one_heap() -> None:
    """Let all threads of this process take memory from one place; for the start of it.

    What one song leaves free then serves the next. Threads, TensorFlow's among them, otherwise keep heaps of their own
    (of the GNU C library; others do without this).
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
