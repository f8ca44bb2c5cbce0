"""The table of many judged songs: sorted, filtered, heard, exported."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.classifying.playlists import make_playlists
from core.classifying.result import SongResult
from core.runs.record import Run
from dashboard.classify.many_player import Heard, play_song, request_for
from dashboard.listening.asking import ask_for
from dashboard.sentences.results import result_caution
from dashboard.sentences.songs import agreement_of_many, count_sentence, genres_sentence, tags_sentence
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural, name_with_seed
from dashboard.shared.downloads import table_download
from dashboard.tables.songs import (
    KINDS,
    ORDERS,
    UNLIKE_FIRST,
    SongFilter,
    export_frame,
    filter_songs,
    in_order,
    kinds_of,
    songs_frame,
)


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
    table_key = f"{key}:{filter_key}"

    def sound_in_view(place: int) -> Heard:
        return sound(places[place])

    chosen = _table(shown, runs, sound_in_view, key=table_key, root=root)
    if chosen is not None and chosen < len(places):
        play_song(shown, chosen, sound_in_view, key=table_key)
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
    caution = result_caution(leading.result, unit=leading.config.split.unit)
    others = f"; compared with {', '.join(map(name_with_seed, runs[1:]))}" if len(runs) > 1 else ""
    st.caption(
        escape_markdown(
            f"Verdicts are those of {name_with_seed(leading)}{others}. It was correct on {leading.result.n_correct} of "
            f"{leading.result.n} test {leading.config.split.unit}s ({format_percent(leading.result.accuracy)}, 95 % "
            f"interval {format_interval(leading.result.interval)}; {leading.result.protocol})."
            + (f" {caution}" if caution else "")
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
    find, genre, probability, order = st.columns(4, vertical_alignment="bottom")
    text = find.text_input("Find", key=f"find:{key}", type="search", placeholder="Name, artist, title or tag")
    wanted = genre.multiselect("Verdict", genres, key=f"genres:{key}", placeholder="All genres")
    least, most = probability.slider("Probability", 0, 100, (0, 100), format="%d %%", key=f"probability:{key}")
    known = any(result.unlike is not None for result in results)
    orders = [each for each in ORDERS if known or each != UNLIKE_FIRST]
    sorted_by = order.selectbox(
        "Order", orders, key=f"order:{key}", help="Of the table, of previous and next while a song plays, and of files."
    )
    marked: list[str] = []
    if kinds:
        marked = st.pills("Only", kinds, selection_mode="multi", key=f"kinds:{key}") or []
    chosen = SongFilter(text or "", tuple(wanted), least / 100, most / 100, tuple(marked))
    places = in_order(results, filter_songs(results, chosen), sorted_by)
    return places, hashlib.sha256(repr((chosen, sorted_by)).encode()).hexdigest()[:12]


def _table(
    shown: Sequence[SongResult], runs: Sequence[Run], sound: Callable[[int], Heard], *, key: str, root: str
) -> int | None:
    """The table; the row that was chosen."""
    if not shown:
        st.caption("No song fits these filters.")
        return None
    table_key = f"songs:{key}"

    def hear() -> None:
        rows = st.session_state[table_key]["selection"]["rows"]
        if rows and rows[0] < len(shown):
            ask_for(request_for(sound(rows[0]), key=key))

    state = st.dataframe(
        songs_frame(shown, len(runs), root=root),
        hide_index=True,
        key=table_key,
        on_select=hear,
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
                help="Whether a genre in the song's own tag is the verdict, by the synonyms that Genres on Collections "
                "proposes. An unknown genre is one that the model was not trained on.",
            ),
            "Length": st.column_config.NumberColumn(format="%.1f min", width="small"),
            "Notes": st.column_config.TextColumn(width="large", help="Why a song failed, or what limits its verdict."),
        },
        alt="Judged songs with their verdicts",
    )
    rows = state["selection"]["rows"]
    if not rows:
        st.caption("Choose a row to hear the song.")
    return rows[0] if rows else None


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
