"""Figures in words: one way to write per cents, durations, counts and intervals on every page.

Names of clips, genres, collections and runs, tags and the page's address come from outside. On its way to the page such
a text passes the one function that fits the widget:

- `escape_markdown` where Streamlit takes Markdown: text, captions, messages, headings, help, labels and values of
  metrics, labels of all widgets, options of pills, segmented controls and radios, cells of `st.table`, expanders, tabs,
  popovers, spinners, progress bars and links to pages.
- `escape_badge` for `st.badge`, which escapes square brackets itself.
- `escape_plotly` for texts in Plotly figures, which know some HTML.
- `quoted_value` for a value of the address in a message.
- None where a text is shown as it is: options of selectboxes and multiselects, cells and headers of data frames, Vega
  charts with their tooltips, alternative texts, placeholders and names of downloads.
"""

import re
from datetime import UTC, datetime

from core.names import readable_name
from core.recipe.config import TrainingConfig
from core.runs.record import Run

_LONGEST_NAME = 36
"""Characters of a run's name in labels of charts, so that what tells runs apart is not cut off."""
_SPECIAL = re.compile(r"[\\`*_\[\]<>~$&|]")
_SPECIAL_IN_BADGE = re.compile(r"[\\`*_<>~$&|]")
_AT_START = re.compile(r"^([#+=-]|\d+(?=[.)](?:\s|$)))")
_JOINER = "\N{WORD JOINER}"
"""Invisible: parts what would be made a link, an icon or a picture after Markdown's own escapes were resolved."""
_MADE_LATER = re.compile(r":(?=\S|$)|@|www(?=\.)", re.IGNORECASE)
_DRAWN_LATER = re.compile(r"(?<![^\s\ufeff])(<->|->|<-|--|>=|<=|~=)(?![^\s\ufeff])")
"""What Streamlit replaces by an arrow, a dash or a sign where it stands alone."""
_LONGEST_VALUE = 80
_MOST_VALUES = 5


def escape_markdown(text: str) -> str:
    """A text from outside so that Streamlit shows it as it is, without emphasis, link, picture, icon, formula or HTML.

    Control characters and marks of direction are made visible (see `core.names.readable_name`), so that the result is
    on one line.
    """
    return _escape(text, _SPECIAL)


def escape_badge(text: str) -> str:
    """The same for the label of ``st.badge``.

    A badge puts a backslash before square brackets: with another one from here they would be live again.
    """
    return _escape(text, _SPECIAL_IN_BADGE)


def _escape(text: str, special: re.Pattern[str]) -> str:
    plain = _DRAWN_LATER.sub(lambda match: match[0][0] + _JOINER + match[0][1:], readable_name(text).strip())
    shown = special.sub(r"\\\g<0>", plain)
    shown = _AT_START.sub(lambda match: match[0] + "\\" if match[0].isdigit() else "\\" + match[0], shown)
    return _MADE_LATER.sub(lambda match: ("\\:" if match[0] == ":" else match[0]) + _JOINER, shown) or "\u2423"


def escape_plotly(text: str) -> str:
    """A text from outside so that Plotly shows it as it is: its texts know some HTML, links too, and ``%{...}``."""
    shown = readable_name(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("%{", f"%{_JOINER}{{")


def quoted_value(*values: str) -> str:
    """Values of the page's address in quotation marks for a message, as Markdown; long ones and long lists cut."""
    cut = [value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…" for value in values]
    listed = ", ".join(f"“{escape_markdown(value)}”" for value in cut[:_MOST_VALUES])
    return listed + (f" and {len(cut) - _MOST_VALUES:,} more" if len(cut) > _MOST_VALUES else "")


def format_percent(share: float, *, digits: int = 1) -> str:
    """``0.625`` as ``"62.5 %"``."""
    return f"{100 * share:.{digits}f} %"


def format_interval(interval: tuple[float, float]) -> str:
    """``(0.36, 0.82)`` as ``"36 to 82 %"``."""
    low, high = interval
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def format_count(number: int) -> str:
    """``2463114`` as ``"2,463,114"``."""
    return f"{number:,}"


def format_megabytes(n_bytes: float) -> str:
    """Bytes in MB (10^6 bytes) with one decimal below 10 MB, in GB with one decimal from 1,000 MB on."""
    megabytes = n_bytes / 1e6
    if megabytes >= 999.5:
        return f"{megabytes / 1e3:,.1f} GB"
    return f"{megabytes:.1f} MB" if megabytes < 10 else f"{megabytes:,.0f} MB"


def format_duration(duration_s: float) -> str:
    """Seconds as ``"0.8 s"``, ``"42 s"``, ``"3 min 05 s"`` or ``"1 h 02 min"``."""
    if duration_s < 10:
        return f"{duration_s:.1f} s"
    whole = round(duration_s)
    if whole < 60:
        return f"{whole} s"
    minutes, seconds = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def format_remaining(remaining_s: float) -> str:
    """An estimate of time left, in whole seconds: ``"about 9 s left"``."""
    return f"about {format_duration(max(10, remaining_s)) if remaining_s >= 9.5 else f'{remaining_s:.0f} s'} left"


def format_time(unix_s: float) -> str:
    """Unix time as ``"2026-03-04 15:02 UTC"``."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M UTC")


def format_plural(number: int, singular: str, plural: str | None = None) -> str:
    """``(1, "clip")`` as ``"1 clip"``, ``(3, "clip")`` as ``"3 clips"``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def format_genres(genres: tuple[str, ...], *, most: int = 4) -> str:
    """``"blues, jazz"``, or ``"10 genres"`` where there are more than ``most``."""
    return ", ".join(genres) if len(genres) <= most else f"{len(genres):,} genres"


def name_with_seed(run: Run) -> str:
    """Name that tells the runs of a chart apart: ``"Study CNN, seed 42 (1f3a9c)"``."""
    seed = f", seed {run.config.seed}"
    name = run.config.name.removesuffix(seed)
    name = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    return f"{name}{seed} ({run.id[:6]})"


def weights_kept(config: TrainingConfig) -> str:
    """Whose weights are kept: ``"the epoch with the lowest validation loss"``; empty where there are no epochs."""
    if config.is_classical:
        return ""
    if config.train_on_validation or config.optimisation.keep == "last":
        return "the last epoch"
    measure = "lowest validation loss" if config.optimisation.keep == "best_loss" else "highest validation accuracy"
    return f"the epoch with the {measure}"
