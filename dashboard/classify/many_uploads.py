"""Many uploaded songs: chosen, judged, and what was found. All of it stays in the visitor's session."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.audio import AUDIO_EXTENSIONS
from core.classifying.playlists import bare_name
from core.classifying.working import appoint_panel
from core.errors import GenreLabError
from core.runs.record import Run
from dashboard.classify.many_player import Heard, forget_songs
from dashboard.classify.many_results import show_results
from dashboard.classify.sources import KEPT, MAX_SONG_MB
from dashboard.classify.upload_work import UploadWork, known_results
from dashboard.sentences.progress import progress_text
from dashboard.sentences.wording import escape_markdown, format_megabytes, format_plural
from dashboard.shared.job_progress import POLL_S
from dashboard.state import session_id

MAX_SONGS = 300
MAX_TOTAL_MB = 1_000
"""Of one visitor's uploads, which the server keeps in memory until the page is closed."""
_WORK, _UPLOADER, _REMOVED = "classify:many:work", "classify:many:uploader", "classify:many:removed"


def show_uploads(runs: Mapping[str, Run]) -> None:
    """The uploader, the work, and its results."""
    work: UploadWork | None = st.session_state.get(_WORK)
    running = work is not None and not work.progress.ended
    most_mb = min(MAX_SONG_MB, int(st.get_option("server.maxUploadSize")))
    uploads = st.file_uploader(
        "Your songs",
        type=[extension.lstrip(".") for extension in AUDIO_EXTENSIONS],
        accept_multiple_files=True,
        key=f"{_UPLOADER}:{st.session_state.get(_REMOVED, 0)}",
        max_upload_size=most_mb,
        disabled=running,
        help=f"Up to {MAX_SONGS:,} songs and {format_megabytes(1e6 * MAX_TOTAL_MB)} in all. {KEPT}",
    )
    if uploads and not running:
        _offer(uploads, work, runs)
    if work is None:
        if not uploads:
            st.caption(
                "Each song gets a verdict; the table can be sorted, filtered, heard and exported, with a playlist for "
                "each genre. More songs than can be uploaded are judged by `python -m core classify FOLDER`."
            )
        return
    if running:
        st.fragment(_watch, run_every=POLL_S)(work)
    elif work.progress.state == "failed":
        st.error(escape_markdown(f"The songs could not be judged. {work.progress.detail}"), icon=":material/error:")
    elif work.progress.state == "stopped":
        left = len(work.uploads) - len(work.results)
        st.info(f"Stopped; {format_plural(left, 'song')} not judged.", icon=":material/stop_circle:")
    if not running and work.progress.state in ("failed", "stopped"):
        st.button("Continue", icon=":material/play_arrow:", on_click=work.start)
    _show(work, running=running)


def _offer(uploads: Sequence[UploadedFile], work: UploadWork | None, runs: Mapping[str, Run]) -> None:
    """The button that begins; or why these cannot be judged."""
    n_bytes = sum(upload.size for upload in uploads)
    if len(uploads) > MAX_SONGS or n_bytes > 1e6 * MAX_TOTAL_MB:
        st.error(
            f"These are {format_plural(len(uploads), 'song')} of {format_megabytes(n_bytes)}; up to {MAX_SONGS:,} "
            f"songs and {format_megabytes(1e6 * MAX_TOTAL_MB)} can be judged at once. Remove some, or judge a folder "
            "with `python -m core classify FOLDER`.",
            icon=":material/error:",
        )
        return
    known = known_results(work, uploads, list(runs))
    if len(known) == len(uploads):
        return
    n_new = len(uploads) - len(known)
    label = f"Judge {format_plural(n_new, 'song')}" if not known else f"Judge {format_plural(n_new, 'further song')}"
    if st.button(label, type="primary", icon=":material/playlist_play:", key="classify:many:start"):
        try:
            panel = appoint_panel(list(runs))
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        begun = UploadWork(tuple(uploads), panel, session_id(), results=known)
        st.session_state[_WORK] = begun
        begun.start()
        st.rerun()


def _watch(work: UploadWork) -> None:
    progress = work.progress
    if progress.ended:
        st.rerun()
    st.progress(progress.fraction, text=escape_markdown(progress_text(progress)))
    st.button("Stop", icon=":material/stop_circle:", key="classify:many:stop", on_click=work.stop)


def _show(work: UploadWork, *, running: bool) -> None:
    by_place = work.by_place()
    if not by_place:
        return
    places = list(by_place)

    def sound(number: int) -> Heard:
        upload = work.uploads[places[number]]
        return Heard(upload.name, upload.file_id, upload.getvalue)

    show_results(
        list(by_place.values()),
        [judge.run for judge in work.panel.judges],
        key="uploads",
        sound=sound,
        address=bare_name,
        beside="Put the playlists into the folder where the songs lie.",
        unfinished=running,
    )
    if not running:
        st.button("Remove all", icon=":material/close:", on_click=_remove, help="Remove these songs and their results.")


def _remove() -> None:
    """Drop the songs with their results, and their files from the uploader."""
    st.session_state.pop(_WORK, None)
    forget_songs()
    st.session_state[_REMOVED] = st.session_state.get(_REMOVED, 0) + 1
