"""Gallery's genres: the mean spectrogram of each, and the difference of two."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.exploration import MeanSpectrogram
from core.exploration.spectra import difference, mean_spectrogram
from core.extraction.store import FeatureStore
from core.features.base import Features
from dashboard import services
from dashboard.charts.features.correlation import diverging_colors
from dashboard.charts.spectrograms.color_maps import COLOR_MAPS
from dashboard.charts.spectrograms.level_scale import frequency_scale, level_text
from dashboard.charts.spectrograms.mean_picture import (
    MeanPicture,
    common_ends,
    difference_ends,
    mean_svg,
    mean_table,
    svg_as_png,
)
from dashboard.charts.spectrograms.spectrogram_picture import LEGEND_WIDTH, level_legend_svg
from dashboard.gallery.grid import filling_grid
from dashboard.gallery.settings import Settings
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.shared.feature_gate import features_ready
from dashboard.state import chart_theme, linked_key, query_value

_CARD_PX = 230


def show_genres(collection: Collection, genres: tuple[str, ...], settings: Settings) -> None:
    """Mean spectrograms on one scale, and how two of them differ."""
    front_end = settings.front_end
    usual = front_end in services.standard_front_ends(collection)
    if not features_ready(collection, None if usual else [front_end], at_once=usual):
        return
    means = _means(collection, genres, front_end)
    if not means:
        st.info("No clip of these genres has a spectrogram; see Collections for the reasons.", icon=":material/info:")
        return
    _show_means(collection, means, settings)
    if len(means) > 1:
        _show_difference(collection, means, front_end)


def _means(collection: Collection, genres: Sequence[str], front_end: Features) -> dict[str, MeanSpectrogram]:
    """Of each genre that has clips with a stored spectrogram; with a bar while they are read."""
    store = FeatureStore(collection.id, front_end)
    clips = {genre: store.available([clip for clip in collection.clips if clip.genre == genre]) for genre in genres}
    place = st.empty()
    means = {}
    for number, (genre, own) in enumerate(clips.items()):
        if own:
            if sum(map(len, clips.values())) > 200:
                place.progress(number / len(clips), f"Reading the spectrograms of {escape_markdown(genre)}")
            digest = hashlib.blake2b("\0".join(clip.key for clip in own).encode("utf-8", "surrogatepass"))
            means[genre] = _mean(collection.id, digest.hexdigest(), front_end.identity, own, store)
    place.empty()
    return means


@st.cache_resource(max_entries=64, show_spinner=False)
def _mean(
    collection_id: str, clips: str, identity: str, _clips: Sequence[Clip], _store: FeatureStore
) -> MeanSpectrogram:
    return mean_spectrogram(_store, _clips)


def _n_clips(mean: MeanSpectrogram) -> str:
    if mean.n_clips < mean.n_available:
        return f"mean of {mean.n_clips:,} of {format_plural(mean.n_available, 'clip')}, drawn at random"
    return f"mean of {format_plural(mean.n_clips, 'clip')}"


def _show_means(collection: Collection, means: dict[str, MeanSpectrogram], settings: Settings) -> None:
    front_end, theme = settings.front_end, chart_theme()
    scale = common_ends([mean.mean for mean in means.values()], front_end)
    colors = COLOR_MAPS[settings.color_map]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"{level_text(round(scale.low, 1))} to {level_text(round(scale.high, 1))} {scale.unit}"
        st.image(
            level_legend_svg(scale, colors=colors, theme=theme), width=LEGEND_WIDTH, alt=f"Colour scale from {said}"
        )
        st.caption(
            f"{scale.meaning} · {frequency_scale(front_end)} · one scale for all genres",
            width="content",
            help="Each cell is the mean over the clips that are long enough to reach it.",
        )
    filling_grid("gallery-genres", least_px=_CARD_PX)
    with st.container(key="gallery-genres"):
        for genre, mean in means.items():
            with st.container(border=True):
                picture = MeanPicture(mean.mean, front_end, (scale.low, scale.high), colors)
                name = f"Mean spectrogram of {genre}"
                st.markdown(f"**{escape_markdown(genre)}** · {_n_clips(mean)}")
                st.image(mean_svg(picture, name=name, theme=theme), width="stretch", alt=name)
                _picture_download(collection, picture, name, file=f"mean-{list(means).index(genre) + 1}")
    table_download(
        "Download all as CSV",
        lambda: mean_table({genre: (mean.mean, mean.n_clips) for genre, mean in means.items()}, front_end),
        f"{collection.id}-mean-spectrograms.csv",
        key="csv:gallery-means",
        help="A row for each genre and band, with the clips that its levels are the mean of; a column for each frame.",
    )


def _show_difference(collection: Collection, means: dict[str, MeanSpectrogram], front_end: Features) -> None:
    st.header("Difference of two genres", anchor=False)
    names = list(means)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        first = query_value("a", names, names[0], what="genre") or names[0]
        key, changed = linked_key("a", first)
        st.selectbox("Genre", names, key=key, on_change=changed, width=220)
        second = query_value("b", names, names[1], what="genre") or names[1]
        key, changed = linked_key("b", second)
        st.selectbox("Minus genre", names, key=key, on_change=changed, width=220)
    if first == second:
        st.info("Choose two different genres.", icon=":material/filter_alt:")
        return
    theme = chart_theme()
    level = difference(means[first], means[second])
    scale = difference_ends(level, front_end)
    colors = diverging_colors(theme)
    a, b = escape_markdown(first), escape_markdown(second)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(
            level_legend_svg(scale, colors=colors, theme=theme), width=LEGEND_WIDTH, alt="Colour scale, centred on 0"
        )
        st.caption(
            f"Blue where {a} ({format_plural(means[first].n_clips, 'clip')}) is louder, orange where {b} "
            f"({format_plural(means[second].n_clips, 'clip')}) is, each below its own clips' peaks",
            width="content",
        )
    picture = MeanPicture(level, front_end, (scale.low, scale.high), colors)
    name = f"Mean spectrogram of {first} less that of {second}"
    st.image(mean_svg(picture, name=name, theme=theme, wide=True), width="stretch", alt=name)
    with st.container(horizontal=True, gap="small"):
        _picture_download(collection, picture, name, file="mean-difference", wide=True)
        table_download(
            "Download as CSV",
            lambda: mean_table(
                {f"{first} - {second}": (level, min(means[first].n_clips, means[second].n_clips))}, front_end
            ),
            f"{collection.id}-mean-difference.csv",
            key="csv:gallery-difference",
        )


def _picture_download(
    collection: Collection, picture: MeanPicture, name: str, *, file: str, wide: bool = False
) -> None:
    theme = chart_theme()
    st.download_button(
        "PNG",
        lambda: svg_as_png(mean_svg(picture, name=name, theme=theme, wide=wide), theme=theme),
        file_name=f"{collection.id}-{file}.png",
        mime="image/png",
        icon=":material/image:",
        type="tertiary",
        on_click="ignore",
        key=f"png:gallery-{file}",
        help=f"{name} as a picture",
    )
