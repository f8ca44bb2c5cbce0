"""What models say of a song, in words: the verdict, whether several agree, and the windows it rests on."""

from collections.abc import Iterable, Mapping

from core.prediction.song import SongVerdict


def verdict_sentence(verdict: SongVerdict) -> str:
    """The verdict in words: the most probable genre, how probable, of how many windows, and what comes next."""
    (first, probability), *others = verdict.ranked
    n = len(verdict.windows)
    windows = "the whole song in one window" if n == 1 else f"mean of {n} windows"
    text = f"Most probable: {first}, with a probability of {100 * probability:.1f} % ({windows})"
    return f"{text}; then {others[0][0]}, {100 * others[0][1]:.1f} %." if others else f"{text}."


def agreement_sentence(verdicts: Mapping[str, SongVerdict]) -> str:
    """Whether several runs agree on the most probable genre."""
    said = {label: verdict.genre for label, verdict in verdicts.items()}
    if len(set(said.values())) == 1:
        count = "Both runs" if len(said) == 2 else f"All {len(said)} runs"
        return f"{count} predict {next(iter(said.values()))}."
    return "The runs disagree: " + ", ".join(f"{label} predicts {genre}" for label, genre in said.items()) + "."


def windows_note(verdicts: Iterable[SongVerdict]) -> str:
    """What the strips show, in words."""
    text = "Values: probability in %, where it is 5 % or more."
    n_windows = max(len(verdict.windows) for verdict in verdicts)
    if n_windows == 1:
        return f"{text} The song is one window."
    overlap = (
        "The two windows overlap"
        if n_windows == 2
        else "Windows overlap by half; the last may overlap more, because it ends with the song"
    )
    return f"{text} {overlap}; each is drawn to the middle of the overlap, and its full length is in the tooltip."
