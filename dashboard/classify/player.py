"""The player of the song: its picture, and along it what the models say and the trained ears hear."""

from collections.abc import Mapping

import streamlit as st

from core.audio import playable_audio, require_playable
from core.errors import GenreLabError
from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard import services, sounds
from dashboard.classify.answer import said_by
from dashboard.classify.hearing import heard_song
from dashboard.classify.lanes import all_genres, model_lane, tag_lanes
from dashboard.classify.songs import Song
from dashboard.classify.tags import song_tags
from dashboard.classify.upload import SERVED
from dashboard.listening.component import Lane, Picture, Track, listen
from dashboard.listening.pictures import picture_of, song_webp
from dashboard.sentences.wording import escape_markdown
from dashboard.sounds import below_base
from dashboard.state import chart_theme, session_id

PICTURE_PX = 170


def show_player(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """One player for the song; without sound the picture alone, and the reason."""
    try:
        duration_s = _length_s(song, verdicts)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    track = None
    try:
        require_playable(song.content)
        track = Track(_sound(song).address, song.name, "your song")
    except GenreLabError as error:
        st.caption(f":material/volume_off: {escape_markdown(str(error))}")
    picture = _picture(song, duration_s) if verdicts else None
    if track is not None or picture is not None:
        listen(
            song.name,
            key=f"classify:player:{song.identity}",
            duration_s=duration_s,
            track=track,
            picture=picture,
            lanes=_lanes(song, runs, verdicts),
        )


def _length_s(song: Song, verdicts: Mapping[str, SongVerdict]) -> float:
    """What was decoded; a header may say another length."""
    return next((verdict.duration_s for verdict in verdicts.values()), song.info.duration_s)


def _lanes(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> list[Lane]:
    theme, genres = chart_theme(), all_genres(verdicts)
    names = [said.name for said in said_by(runs, verdicts)]
    lanes = [
        model_lane(name, verdict, genres=genres, theme=theme)
        for name, verdict in zip(names, verdicts.values(), strict=True)
    ]
    tags = song_tags(song, runs.values()) if verdicts else None
    return lanes if tags is None else [*lanes, *tag_lanes(tags, theme=theme)]


def _served() -> dict[str, sounds.Served]:
    served: dict[str, sounds.Served] = st.session_state.setdefault(SERVED, {})
    return served


def _sound(song: Song) -> sounds.Served:
    served = _served()
    if "sound" not in served:
        content = song.content
        served["sound"] = sounds.Served(lambda: playable_audio(content), session_id=session_id())
    return served["sound"]


def _picture(song: Song, duration_s: float) -> Picture:
    """The spectrogram, made of the one decoding when the browser asks for it."""
    served = _served()
    if "picture" not in served:
        heard = heard_song(song)

        def make() -> tuple[bytes, str]:
            samples = heard.samples_at(services.MEL.sr_hz)
            return song_webp(samples, services.MEL, duration_s=duration_s), "image/webp"

        served["picture"] = sounds.Served(make, session_id=session_id())
    address = below_base(served["picture"].address)
    return picture_of(services.MEL, address, f"Mel spectrogram of {song.name}", height=PICTURE_PX)
