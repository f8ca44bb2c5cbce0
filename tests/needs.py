"""What some tests need and a computer may lack: the real music, a browser, trained weights, a voice.

On a developer's computer such a test is skipped. Where ``CI`` is set, a skipped test whose needs are there fails, and
so does one without the browser or the voice, which ``.ci/run`` installs, or the weights, which ``make test`` does.
"""

import os
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from core.ears.weights import why_missing

SHARED = Path(os.environ.get("GENRE_LAB_SHARED") or Path(__file__).resolve().parent.parent.parent / "shared")
"""The real music, beside the repository."""


def chromium() -> str | None:
    """The browser's program, of the system or fetched by Playwright (`make test` does); None where there is none."""
    fetched = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    own = sorted(str(program) for program in fetched.glob("chromium-*/chrome-linux*/chrome"))
    installed = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, [*installed, *own[::-1]]), None)


def ears() -> bool:
    """Whether the weights of the trained ears are installed."""
    return not why_missing()


def espeak() -> str | None:
    """The program that speaks (espeak-ng), for tests of what is no music; None where there is none."""
    return shutil.which("espeak-ng")


IS_THERE: dict[str, Callable[[], object]] = {
    "shared": SHARED.is_dir,
    "browser": chromium,
    "ears": ears,
    "espeak": espeak,
}
"""The needs, by the fixture that stands for each: whether it is met here."""


def in_ci() -> bool:
    """Whether this run decides if a change lands."""
    return bool(os.environ.get("CI"))


def wrongly_skipped(fixtures: Collection[str]) -> bool:
    """Whether a test with these fixtures may not have been skipped: in CI, where all that it needs is there."""
    needs = [name for name in IS_THERE if name in fixtures]
    return in_ci() and bool(needs) and all(IS_THERE[name]() for name in needs)
