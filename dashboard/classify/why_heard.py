"""Saliency drawn over the player, and heard: the salient cells alone, and the song without them, judged again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.explanation.drawing import HEIGHT, encode_picture, saliency_pixels
from core.explanation.explain import Explanation
from core.explanation.heard import HeardCells
from core.explanation.saliency import Saliency
from core.features.base import AudioFrontEnd
from core.prediction.song import HeardSong, SongVerdict
from dashboard.classify.reasons import Served, serve, serve_samples
from dashboard.classify.songs import Song
from dashboard.listening.component import Picture, Track, listen
from dashboard.listening.pictures import picture_of
from dashboard.sentences.explanation import heard_sentence, method_sentence, saliency_sentence
from dashboard.sentences.wording import escape_markdown, format_percent
from dashboard.sounds import below_base

_PICTURE_HEIGHT = 240
_REST_S = 1.0
_NO_SOUND = np.empty(0, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the browser fetches of an explanation; gone with it.

    Attributes
    ----------
    picture : Served or None
        None where the front end's columns are not made of sound.
    duration_s : float
        That the picture spans.
    kept, removed : Served or None
        The salient cells alone, and the song without them; None where they cannot be heard.
    """

    picture: Served | None
    duration_s: float
    kept: Served | None
    removed: Served | None


def draw_saliency(song: HeardSong, explanation: Explanation, *, share: float) -> tuple[Explanation, Drawn]:
    """Picture and sounds of an explanation, at addresses of the session; and the explanation without its samples.

    Parameters
    ----------
    song : core.prediction.song.HeardSong
    explanation : Explanation
        Of a run on spectrograms.
    share : float
        Of the cells that count as salient, 0.05 to 1.
    """
    saliency, heard = explanation.saliency, explanation.heard
    assert saliency is not None
    picture, duration_s = _picture(song, saliency, share)
    if heard is None:
        return explanation, Drawn(picture, duration_s, None, None)
    kept, removed = (serve_samples(each, heard.sr_hz) for each in (heard.kept_sound, heard.removed_sound))
    light = replace(explanation, heard=replace(heard, kept_sound=_NO_SOUND, removed_sound=_NO_SOUND))
    return light, Drawn(picture, duration_s, kept, removed)


def _picture(song: HeardSong, saliency: Saliency, share: float) -> tuple[Served | None, float]:
    front_end = saliency.front_end
    if not isinstance(front_end, AudioFrontEnd):
        return None, 0.0
    samples = song.samples_at(front_end.sr_hz)
    level, _ = front_end.whole_sound(samples, max_frames=len(samples) // front_end.hop_length + 1)
    song_s = len(samples) / front_end.sr_hz
    lacking = round(song_s / saliency.column_s) - level.shape[1]
    if 0 < lacking * saliency.column_s < _REST_S:  # a rest that fills no column: time goes to the end of the song
        level = np.pad(level, ((0, 0), (0, lacking)), constant_values=front_end.level_scale.low)
    content = encode_picture(saliency_pixels(level, saliency, share=share), "webp")
    columns_s = level.shape[1] * saliency.column_s
    duration_s = song_s if abs(columns_s - song_s) <= saliency.column_s else columns_s
    return serve(content, "image/webp"), duration_s


def show_saliency(song: Song, served: Served, explanation: Explanation, drawn: Drawn, *, share: float) -> None:
    """The picture on a player of the song, and the test of it.

    Parameters
    ----------
    song : Song
    served : Served
        The song as it is.
    explanation : Explanation
        Of a run on spectrograms.
    drawn : Drawn
        Of that explanation.
    share : float
        Of the cells that count as salient, 0.05 to 1.
    """
    saliency = explanation.saliency
    assert saliency is not None
    st.markdown(saliency_sentence(saliency))
    if drawn.picture is not None:
        listen(
            song.name,
            key="classify:why:player",
            duration_s=drawn.duration_s,
            track=Track(served.address, song.name, "your song"),
            picture=_shown(drawn.picture, saliency),
        )
    st.caption(method_sentence(saliency, share))
    if explanation.heard is None:
        st.info(escape_markdown(explanation.unheard), icon=":material/hearing_disabled:")
        return
    st.subheader("Put to the test, and heard", anchor=False)
    st.markdown(heard_sentence(explanation.heard))
    _three_sounds(song, served, explanation.heard, drawn)


def _shown(picture: Served, saliency: Saliency) -> Picture:
    address = below_base(picture.address)
    alt = f"Spectrogram with what speaks for {saliency.question.genre}"
    return picture_of(saliency.front_end, address, alt, height=min(_PICTURE_HEIGHT, HEIGHT))


def _three_sounds(song: Song, served: Served, heard: HeardCells, drawn: Drawn) -> None:
    percent = f"{100 * heard.share:.0f} %"
    entries: Sequence[tuple[str, Served | None, SongVerdict]] = (
        ("The song as it is", served, heard.before),
        (f"Only the most salient {percent}", drawn.kept, heard.kept),
        ("Without them", drawn.removed, heard.removed),
    )
    for place, (column, (title, sound, verdict)) in enumerate(zip(st.columns(3), entries, strict=True)):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            fall = heard.probability(verdict) - heard.probability(heard.before)
            st.metric(
                escape_markdown(f"Probability of {heard.genre}"),
                format_percent(heard.probability(verdict)),
                delta=f"{100 * fall:+.1f} points".replace("-", "\N{MINUS SIGN}") if place else "the whole song",
                delta_color="off",
                delta_arrow="off",
            )
            ranked = verdict.ranked[0]
            st.caption(escape_markdown(f"Verdict: {ranked[0]}, {format_percent(ranked[1])}"))
            if sound is not None:
                listen(
                    f"{song.name}, {title.lower()}",
                    key=f"classify:why:sound:{place}",
                    duration_s=verdict.duration_s,
                    track=Track(sound.address, song.name, title.lower(), in_list="classify:why"),
                )
    if heard.random_removed:
        mean = float(np.mean(heard.random_removed))
        st.caption(
            escape_markdown(
                f"For comparison, without {percent} of the cells taken at random, in patches as large as those of the "
                f"occlusion: {heard.genre} {format_percent(mean)}, mean of {len(heard.random_removed)} draws ("
                f"{', '.join(format_percent(each) for each in heard.random_removed)})."
            )
        )
