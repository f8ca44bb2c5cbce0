"""Explore's mean spectrograms of genres, and the difference of two."""

import streamlit as st

from core.clips.collection import Collection
from core.exploration import MeanSpectrogram
from core.exploration.spectra import MAX_CLIPS, difference
from core.extraction.store import FeatureStore
from core.features.base import Features
from dashboard import services
from dashboard.charts.spectrograms.level_scale import frequency_scale, spectrogram_name
from dashboard.charts.spectrograms.mean_spectrogram import color_limits, mean_figure, spectrum_chart, spectrum_table
from dashboard.explore import computed as exploring
from dashboard.explore.figure_download import figure_download, picture_format, plotly_config
from dashboard.explore.ranking import pick_two_genres
from dashboard.explore.selection import narrowed_collection
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.feedback import empty_state
from dashboard.state import chart_theme, linked_key, query_value

NOTHING = ("No spectrograms in this collection", "It has only numeric features. The other views show them.")


def show_spectrograms(collection: Collection, genres: tuple[str, ...]) -> None:
    """Mean spectrogram of one genre, or of two with their difference; and mean spectra."""
    pictures = services.picture_front_ends(collection)
    if not pictures:
        empty_state(*NOTHING)
        return
    part = narrowed_collection(collection, genres)
    genres = part.genres
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        front_end = _pick_front_end(pictures)
        if len(genres) > 1:
            first, second = pick_two_genres(genres)
            shown: tuple[str, ...] = (first, second)
        else:
            shown = genres
        picture = picture_format()
    if not features_ready(collection, (front_end,)):
        return
    means = _means(part, shown, front_end)
    if not means:
        st.info("No clip of these genres has a spectrogram; see Collections for the reasons.", icon=":material/info:")
        return
    _show_means(collection, means, front_end, picture)
    _show_spectra(collection, means, front_end)


def _pick_front_end(pictures: tuple[Features, ...]) -> Features:
    by_kind = {front_end.kind: front_end for front_end in pictures}
    kind = query_value("spectrogram", list(by_kind), pictures[0].kind, what="kind of spectrogram") or pictures[0].kind
    key, changed = linked_key("spectrogram", kind)
    st.selectbox(
        "Spectrogram",
        list(by_kind),
        format_func=lambda one: by_kind[one].title,
        key=key,
        on_change=changed,
        width=320,
    )
    return by_kind[kind]


def _means(collection: Collection, genres: tuple[str, ...], front_end: Features) -> dict[str, MeanSpectrogram]:
    store = FeatureStore(collection.id, front_end)
    available = {clip.genre for clip in store.available(collection.clips)}
    return {genre: exploring.mean_of(collection, genre, front_end) for genre in genres if genre in available}


def _show_means(collection: Collection, means: dict[str, MeanSpectrogram], front_end: Features, picture: str) -> None:
    limits = [color_limits(mean.mean) for mean in means.values()]
    shared = (min(low for low, _ in limits), max(high for _, high in limits))
    theme = chart_theme()
    unit = front_end.level_scale.unit
    for column, (genre, mean) in zip(st.columns(len(means), gap="medium"), means.items(), strict=True):
        with column:
            st.markdown(f"**{escape_markdown(genre)}** · mean of {_n_clips(mean)}")
            name = f"{collection.id}-mean-{'first' if genre == next(iter(means)) else 'second'}"
            st.plotly_chart(
                mean_figure(mean.mean, front_end, limits=shared, theme=theme),
                key=f"mean:{name}",
                config=plotly_config(name, picture=picture),
                alt=f"Mean {spectrogram_name(front_end).lower()} of {genre}",
            )
    if len(means) == 2:
        (first, one), (second, two) = means.items()
        a, b = escape_markdown(first), escape_markdown(second)
        st.markdown(f"**{a} minus {b}** · blue where {a} is louder, orange where {b} is louder")
        st.plotly_chart(
            mean_figure(difference(one, two), front_end, is_difference=True, theme=theme),
            key="mean:difference",
            config=plotly_config(f"{collection.id}-mean-difference", picture=picture),
            alt=f"Mean spectrogram of {first} minus that of {second}",
        )
    length = "Each frame is the mean over the clips long enough to reach it."
    meaning = (
        "Level in dB below the loudest cell of each clip: a clip with an even level looks louder than one with a "
        "single loud moment."
        if unit == "dB"
        else "Each clip is scaled to mean 0 and standard deviation 1, so differences show the shape, not the loudness."
    )
    scale = frequency_scale(front_end)
    st.caption(f"{scale[:1].upper()}{scale[1:]}. {meaning} {length}")


def _n_clips(mean: MeanSpectrogram) -> str:
    if mean.n_clips < mean.n_available:
        return f"{mean.n_clips:,} of {format_plural(mean.n_available, 'clip')}, drawn at random"
    return format_plural(mean.n_clips, "clip")


def _show_spectra(collection: Collection, means: dict[str, MeanSpectrogram], front_end: Features) -> None:
    st.header("Mean spectrum", anchor=False)
    chart = spectrum_chart(means, front_end, all_genres=collection.genres, theme=chart_theme())
    st.altair_chart(chart, alt=f"Mean level by frequency of {' and '.join(means)}")
    is_sampled = any(mean.n_clips < mean.n_available for mean in means.values())
    st.caption(
        "Mean over time, then over clips. The shaded band is one standard deviation between clips, not a confidence "
        f"interval of the mean.{f' Up to {MAX_CLIPS:,} clips per genre are read.' if is_sampled else ''}"
    )
    figure_download(chart, f"{collection.id}-mean-spectrum")
    table_download(
        "Download as CSV",
        spectrum_table(means, front_end),
        f"{collection.id}-mean-spectrum.csv",
        key=f"csv:{collection.id}-mean-spectrum",
    )
