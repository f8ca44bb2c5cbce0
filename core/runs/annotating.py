"""What people say of runs: another name, tags, a note, and that they are put away.

It is kept with the run in MLflow, whose own pages show and change the same: the run's name, its description (the note),
and the tags ``genre_lab.tags`` and ``genre_lab.archived``. Runs that come with Genre Lab are only read.
"""

from collections.abc import Iterable, Mapping, Sequence

from core.errors import RunError
from core.names import readable_name, text_key
from core.runs.client import open_run_store, tracking_errors
from core.runs.naming import LONGEST_NAME, names_in_hand
from core.runs.record import Run
from core.runs.store import forget_listed, get_run
from core.runs.tags import ARCHIVED_TAG, LABELS_TAG, NOTE_TAG

MOST_LABELS, LONGEST_LABEL, LONGEST_NOTE = 12, 40, 2_000


def rename_run(run_id: str, name: str) -> str:
    """Call a run otherwise; returns the name that it has now.

    Parameters
    ----------
    run_id : str
    name : str
        1 to 100 characters in one line; blanks at the ends and in a row are taken out.

    Raises
    ------
    RunError
        There is no such run, it comes with Genre Lab, the name is empty or too long, or another run has it.
    """
    run = _own(run_id)
    wanted = " ".join(readable_name(" ".join(name.split())).split())
    if not wanted:
        raise RunError("A run needs a name: expected 1 to 100 characters, got none.")
    if len(wanted) > LONGEST_NAME:
        raise RunError(f"The name is too long: expected at most {LONGEST_NAME} characters, got {len(wanted)}.")
    if wanted == run.config.name:
        return wanted
    with names_in_hand() as taken:
        if text_key(wanted) in taken and text_key(wanted) != text_key(run.config.name):
            raise RunError(f"Another run is called “{wanted}” already. Choose a name that no run has.")
        store = open_run_store()
        with tracking_errors():
            store.client.update_run(run_id, name=wanted)
    forget_listed([run_id])
    return wanted


def checked_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: without blanks at the ends, each once whatever its capitals, in the order given.

    Raises
    ------
    RunError
        More than twelve, one longer than 40 characters, or one with a comma, which parts tags.
    """
    found: dict[str, str] = {}
    for label in labels:
        word = " ".join(readable_name(" ".join(label.split())).split())
        if not word:
            continue
        if "," in word:
            raise RunError(f"The tag “{word[:LONGEST_LABEL]}” holds a comma: commas part tags from each other.")
        if len(word) > LONGEST_LABEL:
            raise RunError(f"A tag has at most {LONGEST_LABEL} characters; “{word[:LONGEST_LABEL]}…” has {len(word)}.")
        found.setdefault(text_key(word), word)
    if len(found) > MOST_LABELS:
        raise RunError(f"A run has at most {MOST_LABELS} tags; got {len(found)}. Take some away.")
    return tuple(found.values())


def tag_runs(run_ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Add tags to runs and take others away.

    Raises
    ------
    RunError
        As of `checked_labels`; one of the runs is not there or comes with Genre Lab. Nothing was changed then.
    """
    runs = [_own(run_id) for run_id in run_ids]
    added = checked_labels(add)
    gone = {text_key(label) for label in remove}
    wanted = {
        run.id: checked_labels((*(label for label in run.tags if text_key(label) not in gone), *added)) for run in runs
    }
    _write({run_id: {LABELS_TAG: ", ".join(labels)} for run_id, labels in wanted.items()})


def note_run(run_id: str, note: str) -> None:
    """Keep a note with a run, in place of the one before; an empty one takes it away.

    Raises
    ------
    RunError
        There is no such run, it comes with Genre Lab, or the note is longer than 2,000 characters.
    """
    run = _own(run_id)
    text = "\n".join(readable_name(line) for line in note.strip().splitlines())
    if len(text) > LONGEST_NOTE:
        raise RunError(f"The note is too long: expected at most {LONGEST_NOTE:,} characters, got {len(text):,}.")
    _write({run.id: {NOTE_TAG: text}})


def archive_runs(run_ids: Sequence[str]) -> None:
    """Put runs away: they are kept whole, and shown only where somebody asks for them.

    Raises
    ------
    RunError
        One of them is not there, still trains or waits, or comes with Genre Lab; nothing was changed then.
    """
    runs = [_own(run_id) for run_id in run_ids]
    if busy := [run for run in runs if run.status in ("running", "queued")]:
        raise RunError(f"{busy[0].label} is {busy[0].status}: archive it when it has ended. Nothing was archived.")
    _write({run.id: {ARCHIVED_TAG: "true"} for run in runs})


def restore_runs(run_ids: Sequence[str]) -> None:
    """Bring runs back that were put away; `RunError` as of `archive_runs`."""
    _write({_own(run_id).id: {ARCHIVED_TAG: "false"} for run_id in run_ids})


def _own(run_id: str) -> Run:
    run = get_run(run_id)
    if run.shipped:
        raise RunError(f"{run.label} comes with Genre Lab and cannot be changed here.")
    return run


def _write(tags: Mapping[str, Mapping[str, str]]) -> None:
    store = open_run_store()
    with tracking_errors():
        for run_id, values in tags.items():
            for name, value in values.items():
                store.client.set_tag(run_id, name, value)
    forget_listed(list(tags))
