"""Garbage: what survives is set aside, new garbage goes at once, and what was set aside goes in the end."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from dashboard.garbage import Survivors


class Knot:
    """A cycle that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def watched() -> Iterator[Survivors]:
    gc.collect()
    gc.freeze()  # What is there already costs this test no time.
    survivors = Survivors(slow_s=0.0, whole_every_s=1e9)
    gc.callbacks.append(survivors)
    yield survivors
    gc.callbacks.remove(survivors)
    gc.unfreeze()


def test_what_survives_is_set_aside_and_new_garbage_goes(watched):
    kept = [[number] for number in range(1000)]
    before = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() >= before + 1000
    gone = weakref.ref(Knot())
    gc.collect()
    assert gone() is None
    assert len(kept) == 1000


def test_what_was_set_aside_is_freed_when_nothing_refers_to_it(watched):
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    del knot.itself
    del knot
    assert gone() is None


def test_cycles_that_were_set_aside_go_at_the_next_whole_collection(watched):
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    del knot
    gc.collect()
    assert gone() is not None
    watched._whole_every_s = 0.0
    gc.collect()
    assert gone() is None
