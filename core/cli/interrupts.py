"""Ctrl-C and termination at the command line: the first asks for an end in good order, the second ends at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM), or its terminal was closed (SIGHUP)."""


class Watch:
    """Whether an end was asked for.

    Parameters
    ----------
    on_first : callable, optional
        Called when it is asked for the first time, within the signal's handler.
    """

    def __init__(self, on_first: Callable[[], None] = lambda: None) -> None:
        self._on_first = on_first
        self._signal = 0
        self.can_end_well = True
        """Set false while there is nothing that an end in good order would keep: the first signal then ends at once."""

    def asked(self) -> bool:
        """Whether it was."""
        return self._signal != 0

    @property
    def exit_code(self) -> int:
        """As a shell tells it: 130 for Ctrl-C, 143 for a termination, 129 for a closed terminal; 0 for none."""
        return 128 + self._signal if self._signal else 0

    def handle(self, number: int, _: Any) -> None:
        """Handle a signal."""
        if self._signal or not self.can_end_well:
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated("The process was asked to end.")
        self._signal = number
        self._on_first()


@contextmanager
def heeding_signals(watch: Watch) -> Iterator[Watch]:
    """Have a `Watch` handle the signals, where this is the main thread; those that are ignored (nohup) stay so."""
    before: dict[int, Any] = {}
    try:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, watch.handle)
    except ValueError:  # not the main thread: no signal arrives here
        yield watch
        return
    try:
        yield watch
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
