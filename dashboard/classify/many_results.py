"""The table of many judged songs: sorted, filtered, heard, exported."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from core.audio import playable_audio
from core.classifying.playlists import make_playlists
from core.classifying.result import SongResult
from core.errors import AudioError, GenreLabError
from core.runs.record import Run
from dashboard import sounds
from dashboard.classify.upload import MAX_SONG_MB, take_song
from dashboard.sentences.songs import agreement_of_many, count_sentence, genres_sentence, tags_sentence
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural, name_with_seed
from dashboard.shared.downloads import table_download
from dashboard.state import session_id, set_query_value
from dashboard.tables.songs import KINDS, SongFilter, export_frame, filter_songs, kinds_of, songs_frame

_HEARD = "classify:many:heard"


@dataclass(frozen=True)
class Heard:
    """A song to play.

    Attributes
    ----------
    name : str
    identity : str
        Of this content.
    source : Path or bytes
    """

    name: str
    identity: str
    source: Path | bytes


def show_results(
    results: Sequence[SongResult],
    runs: Sequence[Run],
    *,
    key: str,
    sound: Callable[[int], Heard],
    address: Callable[[str], str],
    beside: str,
    root: str = "",
    unfinished: bool = False,
) -> None:
    """What was found, in words, as a table with filters, and as files.

    Parameters
    ----------
    results : sequence of SongResult
        At least one.
    runs : sequence of Run
        That judged; the first leads.
    key : str
        Of the widgets.
    sound : callable
        The song of a result's place.
    address : callable
        What stands in a playlist for a song.
    beside : str
        Where playlists are to be put, as a sentence.
    root : str
        Folder that all songs lie in.
    unfinished : bool
        Whether there will be more.
    """
    st.header("Verdicts", anchor=False)
    _summary(results, runs)
    if unfinished:
        st.button("Show all judged so far", icon=":material/refresh:", key=f"refresh:{key}")
    places, filter_key = _filters(results, key)
    shown = [results[place] for place in places]
    chosen = _table(shown, runs, key=f"{key}:{filter_key}", root=root)
    if chosen is not None and chosen < len(places):
        _play(results[places[chosen]], sound(places[chosen]))
    _exports(shown, len(results), runs, key=key, address=address, beside=beside)


def _summary(results: Sequence[SongResult], runs: Sequence[Run]) -> None:
    leading = runs[0]
    lines = [
        count_sentence(results),
        genres_sentence(results),
        agreement_of_many(results, len(runs)),
        tags_sentence(results),
    ]
    st.markdown("  \n".join(escape_markdown(line) for line in lines if line))
    assert leading.result is not None
    others = f"; compared with {', '.join(map(name_with_seed, runs[1:]))}" if len(runs) > 1 else ""
    st.caption(
        escape_markdown(
            f"Verdicts are those of {name_with_seed(leading)}{others}. It was correct on {leading.result.n_correct} of "
            f"{leading.result.n} test {leading.config.split.unit}s ({format_percent(leading.result.accuracy)}, 95 % "
            f"interval {format_interval(leading.result.interval)}; {leading.result.protocol})."
            + (
                " It was trained on synthetic music: its verdicts on real music mean little."
                if leading.synthetic
                else ""
            )
        )
    )


def _filters(results: Sequence[SongResult], key: str) -> tuple[list[int], str]:
    """Places of the results in view, and a word for the choice."""
    genres = sorted({result.genre for result in results if result.genre})
    kinds = [kind for kind in KINDS if any(kind in kinds_of(result) for result in results)]
    find, genre, probability = st.columns(3, vertical_alignment="bottom")
    text = find.text_input("Find", key=f"find:{key}", type="search", placeholder="Name, artist, title or tag")
    wanted = genre.multiselect("Verdict", genres, key=f"genres:{key}", placeholder="All genres")
    least, most = probability.slider("Probability", 0, 100, (0, 100), format="%d %%", key=f"probability:{key}")
    marked: list[str] = []
    if kinds:
        marked = st.pills("Only", kinds, selection_mode="multi", key=f"kinds:{key}") or []
    chosen = SongFilter(text or "", tuple(wanted), least / 100, most / 100, tuple(marked))
    return filter_songs(results, chosen), hashlib.sha256(repr(chosen).encode()).hexdigest()[:12]


def _table(shown: Sequence[SongResult], runs: Sequence[Run], *, key: str, root: str) -> int | None:
    """The table; the row that was chosen."""
    if not shown:
        st.caption("No song fits these filters.")
        return None
    state = st.dataframe(
        songs_frame(shown, len(runs), root=root),
        hide_index=True,
        key=f"songs:{key}",
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        column_config={
            "Song": st.column_config.TextColumn(width="medium", pinned=True),
            "Probability": st.column_config.NumberColumn(format="%.1f %%", help="Of the verdict."),
            "Second": st.column_config.TextColumn(help="The second most probable genre."),
            "Its probability": st.column_config.NumberColumn(format="%.1f %%"),
            "Agree": st.column_config.TextColumn(width="small", help="Models with the same most probable genre."),
            "Unlike": st.column_config.NumberColumn(
                format="%.0f %%",
                width="small",
                help="How unlike the music that the first model learnt from, by what the trained ears hear: the share "
                "of its training clips that are less unlike the others than this song. From 95 % on it is unusual.",
            ),
            "Tag fits": st.column_config.TextColumn(
                width="small",
                help="Whether a genre in the song's own tag is the verdict, but for case, accents and punctuation.",
            ),
            "Length": st.column_config.NumberColumn(format="%.1f min", width="small"),
            "Notes": st.column_config.TextColumn(width="large", help="Why a song failed, or what limits its verdict."),
        },
        alt="Judged songs with their verdicts",
    )
    rows = state["selection"]["rows"]
    if not rows:
        st.caption("Choose a row to hear the song. A click on a column's title sorts.")
    return rows[0] if rows else None


def _play(result: SongResult, heard: Heard) -> None:
    """Player of the song in view, and the way to all that is said of it alone."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = f", judged {result.genre}" if result.genre else ""
            st.markdown(f"**{escape_markdown(heard.name)}**{escape_markdown(said)}", width="stretch")
            if result.genre and st.button(
                "Look closer", icon=":material/zoom_in:", help="All that is said of this song."
            ):
                _look_closer(heard)
        if note := result.error or result.warnings:
            st.caption(escape_markdown(note))
        try:
            playing = _served(heard)
        except GenreLabError as error:
            st.caption(f":material/volume_off: {escape_markdown(str(error))}")
            return
        st.audio(playing.address, format=playing.mime, alt=f"Song {heard.name}")


def _served(heard: Heard) -> sounds.HeardSong:
    """The song where its player fetches it; one at a time."""
    known: tuple[str, sounds.HeardSong] | None = st.session_state.get(_HEARD)
    if known is None or known[0] != heard.identity:
        content, mime = playable_audio(heard.source)
        known = heard.identity, sounds.serve_song(content, mime, session_id=session_id())
        st.session_state[_HEARD] = known
    return known[1]


def _look_closer(heard: Heard) -> None:
    try:
        if isinstance(heard.source, Path) and heard.source.stat().st_size > 1e6 * MAX_SONG_MB:
            raise AudioError(f"It has more than {MAX_SONG_MB} MB, which is too much for this.")
        content = heard.source if isinstance(heard.source, bytes) else heard.source.read_bytes()
        take_song(heard.name, heard.identity, content)
    except (GenreLabError, OSError) as error:
        st.error(escape_markdown(f"{heard.name}: {error}"), icon=":material/error:")
        return
    set_query_value("songs", None)
    st.rerun()


def _exports(
    shown: Sequence[SongResult],
    n_all: int,
    runs: Sequence[Run],
    *,
    key: str,
    address: Callable[[str], str],
    beside: str,
) -> None:
    """What is in view as files."""
    run_ids = [run.id for run in runs]
    judged = [result for result in shown if result.genre]
    with st.container(horizontal=True):
        table_download(
            "Export as CSV", lambda: _export(shown, run_ids), "songs.csv", key=f"csv:{key}", help="The songs in view."
        )
        st.download_button(
            "Playlists",
            lambda: playlist_zip(judged, address),
            file_name="playlists.zip",
            mime="application/zip",
            icon=":material/queue_music:",
            on_click="ignore",
            disabled=not judged,
            key=f"m3u:{key}",
            help=f"One playlist (.m3u8) for each genre, of the songs in view. {beside}",
        )
    if len(shown) < n_all:
        st.caption(f"Files hold the {format_plural(len(shown), 'song')} in view, of {n_all:,}.")
    left_out = make_playlists(judged, address=address).left_out
    if left_out:
        st.caption(escape_markdown(f"In no playlist: {left_out[0].name} ({left_out[0].reason})."))


def _export(shown: Sequence[SongResult], run_ids: Sequence[str]) -> pd.DataFrame:
    return export_frame(shown, run_ids)


def playlist_zip(results: Sequence[SongResult], address: Callable[[str], str]) -> bytes:
    """The playlists in one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in make_playlists(results, address=address).texts.items():
            archive.writestr(name, text)
    return stream.getvalue()
