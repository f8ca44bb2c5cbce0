"""Runs that come with Genre Lab, in words: what they are, and what to import to train them again."""

import re
from collections.abc import Sequence

from core.importing.published import GTZAN, GTZAN_MINI
from core.runs.record import Run
from dashboard.sentences.wording import escape_markdown, format_plural

SHIPPED = "Comes with Genre Lab"
_HEADING = re.compile(r"^(#{1,4})(?=\s)")
_FENCE = re.compile(r"^\s*(```|~~~)")


def shipped_mark(run: Run) -> str:
    """What a run is marked by in a list of plain text: ``" · comes with Genre Lab"``; empty for other runs."""
    return f" · {SHIPPED[:1].lower()}{SHIPPED[1:]}" if run.shipped else ""


def shipped_note(shown: Sequence[Run]) -> str:
    """What the models that come with Genre Lab are, in a few sentences."""
    first = shown[0]
    assert first.result is not None
    come = "This model comes" if len(shown) == 1 else f"These {len(shown)} models come"
    trained_on = f"{escape_markdown(first.collection_title)}, {format_plural(len(first.config.genres), 'genre')}"
    split = first.config.split
    strict = (
        f" The split is strict ({split.title.lower()}): repeated and mislabelled clips are left out, and no artist is "
        "meant to be on both sides. The accuracies are therefore lower than with a random split, such as the study's."
        if split.rules.is_fixed
        else ""
    )
    return (
        f"{come} with Genre Lab, trained on recorded music ({trained_on}) and "
        f"tested on {first.result.n:,} clips not used for training.{strict} They can classify your own song right "
        "away. The music itself is not part of Genre Lab."
    )


def missing_collection(run: Run) -> str:
    """What to import before a run can be trained again, as Markdown."""
    title = escape_markdown(run.collection_title)
    given = " and ".join(dict.fromkeys(escape_markdown(each.title.lower()) for each in run.config.front_ends))
    if not run.shipped:
        return f"Its collection, {title}, is no longer here. Import it again on Collections; it needs {given}."
    return (
        f"It was trained on {title}, whose music and features are not part of Genre Lab. To train with its settings, "
        f"get or import GTZAN on Collections (the features, {given}, are then computed from the sound), choose it on "
        "Train, and open these settings there. To repeat exactly this run, import the feature files named in the "
        "model card."
    )


def what_to_get(silent: Sequence[str], *, unit: str = "clip", are_rest: bool = False) -> str:
    """Which collections would make clips audible that are not, counted; empty where none would.

    Parameters
    ----------
    silent : sequence of str
        Name of the clip of GTZAN that each one in view without sound is, or is a part of.
    unit : str
        What they are, in the singular.
    are_rest : bool
        Whether there are others in view that can be heard.
    """
    counts = {each: sum(name in each.held_names for name in silent) for each in (GTZAN, GTZAN_MINI)}
    if not counts[GTZAN]:
        return ""
    if len(silent) == 1:
        few = f", and so would {GTZAN_MINI.title}" if counts[GTZAN_MINI] else f"; {GTZAN_MINI.title} does not have it"
        return f"{GTZAN.title} would make {'the other' if are_rest else 'this'} {unit} audible{few}."
    these = "the other" if are_rest else "these"
    many, few = (_how_many(n, len(silent)) for n in counts.values())
    return (
        f"{GTZAN.title} would make {many} of {these} {len(silent):,} {unit}s audible, {GTZAN_MINI.title}, a tenth of "
        f"its size, {few}."
    )


def _how_many(n: int, of: int) -> str:
    return "none" if not n else "all" if n == of else f"{n:,}"


def lower_headings(text: str, *, levels: int = 3) -> str:
    """Markdown with its headings that many levels lower, to stand within a page; code is left as it is."""
    lines, in_code = [], False
    for line in text.splitlines():
        if _FENCE.match(line):
            in_code = not in_code
        lines.append(line if in_code else _HEADING.sub(lambda found: "#" * min(6, len(found[1]) + levels), line))
    return "\n".join(lines)
