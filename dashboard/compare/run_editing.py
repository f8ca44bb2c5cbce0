"""What a visitor can say of the chosen runs: names, tags, notes; and putting them away."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.errors import GenreLabError
from core.runs.annotating import LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, checked_labels
from core.runs.naming import LONGEST_NAME
from core.runs.record import Run
from dashboard.changes.runs import archive_runs, note_run, rename_run, restore_runs, tag_runs
from dashboard.sentences.runs import chip_label
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button, is_as_offered, say_overtaken
from dashboard.shared.shipped_runs import own_runs

_DONE, _FAILED = "compare:edited", "compare:failed"


def edit_popover(runs: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Name, tags and note of one of the chosen runs; tags of all of them.

    Parameters
    ----------
    runs : sequence of Run
        All there are: their tags are offered.
    chosen : sequence of Run
    """
    own = own_runs(chosen)
    with st.popover(
        "Name, tags, note…",
        icon=":material/edit:",
        disabled=not own,
        key="compare:edit-popover",
        help="Of the chosen runs. MLflow's own pages show the same. Runs that come with Genre Lab keep theirs.",
    ):
        if not own:
            return
        known = sorted({tag for run in runs for tag in run.tags}, key=str.casefold)
        _edit_one(_which(own), known)
        if len(own) > 1:
            st.divider()
            _tag_all(own, known)


def _which(own: Sequence[Run]) -> Run:
    if len(own) == 1:
        return own[0]
    by_id = {run.id: run for run in own}
    key = "compare:edit-run"
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = own[0].id
    return by_id[st.selectbox("Run", list(by_id), format_func=lambda each: chip_label(by_id[each]), key=key)]


def _edit_one(run: Run, known: Sequence[str]) -> None:
    # What somebody else has saved meanwhile is part of the keys: fields show what is, not what was.
    now = run.config.name, run.tags, run.note
    is_current = is_as_offered("compare:save", (run.id, now))
    key = f"compare:edit:{run.id}:{hash(now)}"
    name = st.text_input("Name", run.config.name, max_chars=LONGEST_NAME, key=f"{key}:name", width=420)
    tags = st.multiselect(
        "Tags",
        list(dict.fromkeys((*run.tags, *known))),
        default=list(run.tags),
        key=f"{key}:tags",
        accept_new_options=True,
        max_selections=MOST_LABELS,
        placeholder="Choose, or type a new one",
        help=f"At most {LONGEST_LABEL} characters each, without commas.",
        width=420,
    )
    note = st.text_area("Note", run.note, max_chars=LONGEST_NOTE, key=f"{key}:note", height=100, width=420)

    def save() -> None:
        checked_labels(tags)  # all is refused before any of it is saved
        if name != run.config.name:
            rename_run(run.id, name)
        if list(tags) != list(run.tags):
            tag_runs([run.id], add=tags, remove=[tag for tag in run.tags if tag not in tags])
        if note != run.note:
            note_run(run.id, note)

    pressed = change_button("Save", key="compare:save", type="primary", icon=":material/save:")
    if pressed and not is_current:
        say_overtaken()
    elif pressed:
        _do(save, f"Saved: {name.strip() or run.config.name}")


def _tag_all(own: Sequence[Run], known: Sequence[str]) -> None:
    all_runs = f"all {len(own):,} chosen runs"
    added = st.multiselect(
        f"Tags to add to {all_runs}",
        known,
        key="compare:tags-added",
        accept_new_options=True,
        max_selections=MOST_LABELS,
        placeholder="Choose, or type a new one",
        width=420,
    )
    theirs = sorted({tag for run in own for tag in run.tags}, key=str.casefold)
    key = "compare:tags-removed"
    st.session_state[key] = [tag for tag in st.session_state.get(key, []) if tag in theirs]
    removed = st.multiselect("Tags to take away", theirs, key=key, placeholder="None", width=420)
    pressed = change_button(
        f"Tag {format_plural(len(own), 'run')}", key="compare:tag-all", disabled=not added and not removed
    )
    ids = [run.id for run in own]
    is_current = is_as_offered("compare:tag-all", ids)
    if pressed and not is_current:
        say_overtaken()
    elif pressed:
        _do(lambda: tag_runs(ids, add=added, remove=removed), f"Tagged {format_plural(len(ids), 'run')}")


def archive_buttons(chosen: Sequence[Run]) -> None:
    """Put the chosen runs away, or bring back those that were."""
    own = own_runs(chosen)
    shown = [run for run in own if not run.archived and run.status not in ("running", "queued")]
    away = [run for run in own if run.archived]
    if shown or not away:
        pressed = change_button(
            "Archive" if len(shown) < 2 else f"Archive {len(shown):,}",
            key="compare:archive",
            icon=":material/archive:",
            disabled=not shown,
            help="Kept whole but no longer shown, on this page and in lists of runs. Filters can show them again.",
        )
        ids = [run.id for run in shown]
        is_current = is_as_offered("compare:archive", ids)
        if pressed and not is_current:
            say_overtaken()
        elif pressed:
            _do(lambda: archive_runs(ids), f"Archived {format_plural(len(ids), 'run')}; see Filters to restore")
    if away:
        pressed = change_button(
            "Restore" if len(away) < 2 else f"Restore {len(away):,}",
            key="compare:restore",
            icon=":material/unarchive:",
            help="Bring archived runs back into all lists.",
        )
        ids = [run.id for run in away]
        is_current = is_as_offered("compare:restore", ids)
        if pressed and not is_current:
            say_overtaken()
        elif pressed:
            _do(lambda: restore_runs(ids), f"Restored {format_plural(len(ids), 'run')}")


def _do(change: Callable[[], object], done: str) -> None:
    """Make a change and draw the page anew; what is wrong is said where the button is."""
    try:
        change()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    note_what_was_done(done)
    st.rerun()


def note_what_was_done(text: str) -> None:
    """Have a change told of, once, when the page is drawn anew."""
    st.session_state[_DONE] = text


def note_what_failed(lines: Sequence[str]) -> None:
    """Have it told, once, what of a change could not be made and why, a line each; nothing where all was."""
    st.session_state[_FAILED] = list(lines)


def say_what_was_done() -> None:
    """Tell once of a change that was made just now, and of what of it could not be made."""
    if done := st.session_state.pop(_DONE, ""):
        st.toast(escape_markdown(done), icon=":material/check:")
    if failed := st.session_state.pop(_FAILED, []):
        first, *reasons = [escape_markdown(line) for line in failed]
        st.error("\n".join([first, *(f"- {reason}" for reason in reasons)]), icon=":material/error:")
