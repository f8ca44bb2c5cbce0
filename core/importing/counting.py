"""What tells a job how far an import is, and ends it where somebody asked for that."""

from collections.abc import Callable

from core.jobs.reporter import ProgressReporter


class StopImportError(Exception):
    """Somebody asked to stop."""


def counting(reporter: ProgressReporter, phase: str) -> Callable[[int, int], None]:
    """What tells a reporter how many are done; the phase begins anew where their number turns out another."""
    known = 0

    def advance(done: int, total: int) -> None:
        nonlocal known
        if total != known:
            known = total
            reporter.phase(phase, total=total)
        reporter.advance(done)

    return advance


def stopping(reporter: ProgressReporter, phase: str) -> Callable[[int, int], None]:
    """`counting` that ends the import where it was asked to stop."""
    count = counting(reporter, phase)

    def advance(done: int, total: int) -> None:
        count(done, total)
        if reporter.stop_requested:
            raise StopImportError

    return advance


def listening(shown: str) -> str:
    """What is told while the loudest parts of songs are looked for."""
    return f"Finding the loudest parts of the songs of {shown}"
