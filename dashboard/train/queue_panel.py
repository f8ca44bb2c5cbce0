"""The queue of trainings: what runs, what waits in which order, how many at once, what was interrupted."""

import streamlit as st

from core.errors import GenreLabError
from core.jobs.waiting import MOST_AT_ONCE, Entry, Place, Queue
from core.queue.launch import training_progress
from core.queue.record import n_at_once, places, read_queue
from core.recipe.config import training_config_from_dict
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.access import may_change
from dashboard.changes.queue import dismiss_note, keep_moving, move, set_n_at_once
from dashboard.changes.trainings import drop_run, stop_training
from dashboard.sentences.progress import where_it_is
from dashboard.sentences.runs import chooses_epoch, how_far, title_of
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.run_actions import attempt, resume_button, show_problem
from dashboard.train.job_log import pick_log

POLL_S = 2.0
SHOWN_WAITING = 12
SHOWN_INTERRUPTED = 5
MOVES = {"first": "Start next", "up": "One up", "down": "One down", "last": "To the end"}
_AT_ONCE = "queue:n_at_once"
_DRAWN_FOR = "queue:drawn-for"


def move_queue() -> None:
    """Start what may start; whoever opens a page does so. A full disk is said, and nothing is lost."""
    try:
        keep_moving()
    except GenreLabError as error:
        st.error(f"The queue is paused. {escape_markdown(str(error))}", icon=":material/error:")


def queue_counts(runs: tuple[Run, ...]) -> tuple[int, int]:
    """Runs that are training, and runs that wait."""
    return sum(run.status == "running" for run in runs), sum(run.status == "queued" for run in runs)


def queue_strip(runs: tuple[Run, ...], *, in_view: str | None) -> None:
    """The trainings under way in a few lines, above the form or another run; nothing where there are none."""
    shown = tuple(run.id for run in runs if run.status == "running" and run.id != in_view)
    n_waiting = queue_counts(runs)[1]
    if shown or n_waiting:
        st.fragment(_strip, run_every=POLL_S)(shown, n_waiting)
    else:
        st.session_state.pop(_DRAWN_FOR, None)


def _strip(run_ids: tuple[str, ...], n_waiting: int) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Training now**" if run_ids else "**Waiting**", width="stretch")
            waiting = [place for place in _places() if place.state == "waiting"]
            if waiting:
                navigation.page_link("train", f"{len(waiting):,} waiting", query={"view": "Queue"})
        for run_id in run_ids:
            _running_row(run_id, with_stop=False)
    if run_ids or len(waiting) == n_waiting:
        st.session_state.pop(_DRAWN_FOR, None)
        return
    # Once for each change: the store may for good list queued runs that the queue does not hold, as in a home that
    # was moved here from another machine.
    seen = (n_waiting, tuple(place.entry.id for place in waiting))
    if st.session_state.get(_DRAWN_FOR) != seen:
        st.session_state[_DRAWN_FOR] = seen
        st.rerun()


def queue_panel(runs: tuple[Run, ...]) -> None:
    """The whole queue.

    Parameters
    ----------
    runs : tuple of Run
        All runs, newest first.
    """
    running = tuple(run.id for run in runs if run.status == "running")
    st.fragment(_panel, run_every=POLL_S)(running)
    _interrupted([run for run in runs if run.status in ("interrupted", "failed")])
    pick_log([run for run in runs if run.status not in ("queued",)])


def _places() -> tuple[Place, ...]:
    try:
        return places()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return ()


def _panel(known: tuple[str, ...]) -> None:
    move_queue()
    queue = _read()
    found = _places()
    running = [place.entry.run_id for place in found if place.state == "running" and place.entry.run_id]
    if set(running) - set(known):
        st.rerun()
    if queue.note:
        st.warning(escape_markdown(queue.note), icon=":material/healing:")
        change_button("Dismiss", key="queue:note", on_click=attempt, args=(dismiss_note,))
    show_problem()
    waiting = [place for place in found if place.state == "waiting"]
    _head(queue, len(known), len(waiting))
    for run_id in known:
        with st.container(border=True, gap="small"):
            _running_row(run_id, with_stop=True)
    if waiting:
        _waiting_list(waiting)
    elif not known:
        st.caption("Nothing is training or waiting. Set up a training and start it; you can start several.")


def _read() -> Queue:
    try:
        return read_queue()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return Queue()


def _head(queue: Queue, n_running: int, n_waiting: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.markdown(f"**{n_running} training, {n_waiting} waiting**", width="content")
        number = n_at_once(queue)
        # Another field for each number, so that it shows what holds also where somebody else chose it meanwhile.
        key = f"{_AT_ONCE}:{number}"
        st.number_input(
            "At once",
            min_value=1,
            max_value=MOST_AT_ONCE,
            value=number,
            step=1,
            key=key,
            width=130,
            on_change=_set_at_once,
            disabled=not may_change(),
            args=(key,),
            help="Number of trainings that run at the same time. Each uses all available cores and its own memory, "
            "so on one computer two at once rarely finish sooner than one after the other.",
        )


def _set_at_once(key: str) -> None:
    attempt(set_n_at_once, int(st.session_state[key]))


def _running_row(run_id: str, *, with_stop: bool) -> None:
    try:
        run = services.run(run_id)
        fraction, text = where_it_is(run, training_progress(run_id))
    except GenreLabError:
        st.rerun()
    if run.status != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(title_of(run.config, run.group_place), width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            navigation.page_link("train", "Watch", query={"run": run.id})
            if with_stop:
                _stop_button(run)
    st.progress(fraction, text=escape_markdown(text))


def _stop_button(run: Run) -> None:
    which = "best" if chooses_epoch(run) else "last"
    with st.popover("Stop", icon=":material/stop_circle:", key=f"queue:ask-stop:{run.id}"):
        st.markdown(
            f"Training stops after the current batch. The weights of the {which} epoch so far are kept, tested and "
            "saved. Then the next training in the queue starts."
        )
        change_button(
            f"Stop and keep the {which} weights",
            key=f"queue:stop:{run.id}",
            type="primary",
            on_click=attempt,
            args=(stop_training, run.id),
        )


def _waiting_list(waiting: list[Place]) -> None:
    shown = waiting[:SHOWN_WAITING]
    with st.container(border=True, gap="xsmall"):
        st.markdown("**Waiting**", help="They start from the top, each as soon as a slot is free.")
        for position, place in enumerate(shown):
            _waiting_row(place, position, last=position == len(waiting) - 1)
        if len(waiting) > len(shown):
            st.caption(f"and {len(waiting) - len(shown)} more")
        if len(waiting) > 1:
            _drop_many(waiting)


def _waiting_row(place: Place, position: int, *, last: bool) -> None:
    entry = place.entry
    title = escape_markdown(entry.job_id)
    if entry.run_id:
        title = title_of(training_config_from_dict(entry.spec["config"]), str(entry.spec.get("place", "")))
    resumed = " · resumes" if entry.spec.get("resume") else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(f"{position + 1}\\. {title}{resumed}", width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            _turn_buttons(entry, position + 1, is_first=position == 0, is_last=last)


def _turn_buttons(entry: Entry, number: int, *, is_first: bool, is_last: bool) -> None:
    """Words, not icons alone: a screen reader reads an icon's own name, "close icon", and no tooltip.

    The number tells which of them it is: several of one name could not be told apart by ear.
    """
    key = f"queue:move:{entry.id}"
    moves = (() if is_first else ("first", "up")) + (() if is_last else ("down", "last"))
    st.menu_button(
        f"Move {number}",
        # Alone in the queue it cannot be moved; a menu wants an option all the same.
        moves or tuple(MOVES),
        key=key,
        format_func=MOVES.__getitem__,
        help="Change its position in the queue.",
        type="tertiary",
        disabled=not moves or not may_change(),
        on_click=_move,
        args=(entry.job_id, key),
    )
    change_button(
        f"Remove {number}",
        key=f"queue:drop:{entry.id}",
        help="Remove from the queue. The run is kept as interrupted and can be queued again.",
        type="tertiary",
        on_click=attempt,
        args=(drop_run, entry.run_id),
    )


def _move(job_id: str, key: str) -> None:
    where = st.session_state[key]
    # Not there any more where the queue moved on while the menu was open.
    if where in MOVES:
        attempt(move, job_id, where)


def _drop_many(waiting: list[Place]) -> None:
    groups: dict[str, list[str]] = {}
    for place in waiting:
        groups.setdefault(place.entry.group, []).append(place.entry.run_id)
    with st.popover("Remove several", icon=":material/playlist_remove:", type="tertiary"):
        st.caption("Removed runs are kept as interrupted and can be queued again.")
        for group, members in groups.items():
            if group and len(members) > 1:
                name = services.run(members[0]).group_label or group
                change_button(
                    f"The {len(members):,} of {escape_markdown(name)}",
                    key=f"queue:drop-group:{group}",
                    on_click=attempt,
                    args=(_drop_runs, members),
                )
        every = [place.entry.run_id for place in waiting]
        change_button(f"All {len(every)} waiting", key="queue:drop-all", on_click=attempt, args=(_drop_runs, every))


def _drop_runs(run_ids: list[str]) -> None:
    for run_id in run_ids:
        drop_run(run_id)


def _interrupted(ended: list[Run]) -> None:
    """Runs that did not finish, with what can be done about them."""
    if not ended:
        return
    with st.expander(f"{format_plural(len(ended), 'run')} not finished", icon=":material/restart_alt:"):
        for run in ended[:SHOWN_INTERRUPTED]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"{title_of(run.config, run.group_place)} · {run.status} {how_far(run)}",
                    width="stretch",
                )
                resume_button(run, key="queue")
                navigation.page_link("train", "View", query={"run": run.id})
            if run.error:
                st.caption(escape_markdown(run.error))
        if len(ended) > SHOWN_INTERRUPTED:
            st.caption(f"and {len(ended) - SHOWN_INTERRUPTED:,} older ones; see the list on Compare")
