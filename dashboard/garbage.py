"""Garbage collection that looks at what is new.

Streamlit collects all garbage after each run of a page, and no page is served meanwhile. With the libraries and a
collection of 20,000 clips in memory that looks at a million objects that stay: up to half a second, at each click. So
what survives a slow collection is set aside (`gc.freeze`), and looked at again from time to time only. Objects set
aside are still freed as soon as nothing refers to them; only cycles among them wait.
"""

import gc
import time

import streamlit as st

SLOW_S = 0.02
"""A collection that takes longer sets aside what survived it."""

WHOLE_EVERY_S = 900.0
"""So often everything is looked at, so that cycles which were set aside do not stay for ever."""


class Survivors:
    """Sets aside what survives; one for a process.

    Parameters
    ----------
    slow_s, whole_every_s : float
        See `SLOW_S` and `WHOLE_EVERY_S`.
    """

    def __init__(self, *, slow_s: float = SLOW_S, whole_every_s: float = WHOLE_EVERY_S) -> None:
        self._slow_s, self._whole_every_s = slow_s, whole_every_s
        self._whole_at_s = time.monotonic()
        self._began_s = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """What the collector calls when it starts and when it stops."""
        if info["generation"] < 2:
            return
        now_s = time.monotonic()
        if phase == "stop":
            if now_s - self._began_s > self._slow_s:
                gc.freeze()
            return
        self._began_s = now_s
        if now_s - self._whole_at_s > self._whole_every_s:
            self._whole_at_s = now_s
            gc.unfreeze()


@st.cache_resource
def spare_survivors() -> Survivors:
    """Begin to set aside, once for all visitors."""
    survivors = Survivors()
    gc.callbacks.append(survivors)
    return survivors
