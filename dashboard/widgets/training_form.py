"""Setting up a training: preset, model, optimisation, split, and the button that starts it."""

import secrets
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.collections.base import Collection
from core.errors import GenreLabError
from core.features.store import FeatureStore
from core.models.config import PRESETS, CnnConfig, Preset, TrainingConfig
from core.runs.record import Run
from core.training.launch import start_training
from core.training.split import PARTS, Split, split_clips
from dashboard import services
from dashboard.widgets.genre_sets import pick_genres, set_genres
from dashboard.widgets.model_form import cnn_form, ffnn_form, fill, model_summary, model_values
from dashboard.wording import escape_markdown, format_genres, format_plural

LEARNING_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
BATCH_SIZES = (4, 8, 16, 32, 64, 128)

_PRESET = "train:preset"
_STARTED = "train:started"


def config_values(config: TrainingConfig | Preset) -> dict[str, Any]:
    """Session values that make the form show a preset or the settings of an earlier run."""
    values = {
        **model_values(config.model),
        "train:epochs": config.epochs,
        "train:batch_size": config.batch_size,
        "train:learning_rate": config.learning_rate,
    }
    if isinstance(config, TrainingConfig):
        values |= {
            "train:stop_early": config.patience is not None,
            "train:patience": config.patience or 5,
            "train:seed": config.seed,
            "train:test_percent": round(100 * config.test_fraction),
            "train:validation_percent": round(100 * config.validation_fraction),
        }
    return values


def _preset_chosen() -> None:
    fill(config_values(PRESETS[st.session_state[_PRESET]]))


def _first_values() -> None:
    """Put the first preset into a form that this visitor has not seen yet."""
    if _PRESET in st.session_state and "train:epochs" in st.session_state:
        return
    defaults: dict[str, Any] = {
        "train:stop_early": False,
        "train:patience": 5,
        "train:seed": 42,
        "train:test_percent": 20,
        "train:validation_percent": 16,
    }
    for preset in reversed(PRESETS.values()):
        fill(config_values(preset))
    fill(defaults | {_PRESET: next(iter(PRESETS))})


def reuse_settings(run: Run, collection: Collection | None) -> None:
    """Make the form show the settings of a run."""
    _first_values()
    preset = next(preset.id for preset in PRESETS.values() if preset.model.kind == run.config.model.kind)
    fill({_PRESET: preset} | config_values(run.config))
    if collection is not None:
        set_genres(collection, tuple(genre for genre in run.config.genres if genre in collection.genres))


def training_form(collection: Collection, running: tuple[Run, ...]) -> str | None:
    """The whole form; returns the id of the run when one was started just now.

    Parameters
    ----------
    collection : Collection
    running : tuple of Run
        Trainings under way on this server: the same settings are not started twice.
    """
    _first_values()
    choices, outcome = st.columns([3, 2], gap="large")
    with choices:
        genres = pick_genres(collection)
        preset = _pick_preset()
        config, problem = _configure(collection, genres, preset)
    with outcome:
        split = None
        if config is not None:
            model_summary(config)
            split, problem = _split_preview(collection, config)
        return _start_button(config if split is not None else None, problem, running)


def _pick_preset() -> Preset:
    chosen = st.segmented_control(
        "Model",
        list(PRESETS),
        format_func=lambda name: PRESETS[name].title,
        required=True,
        key=_PRESET,
        on_change=_preset_chosen,
        persist_state="session",
        help="A convolutional network (CNN) finds patterns anywhere in the spectrogram; a feed-forward network (FFNN) "
        "weighs every cell of it by itself. Choosing one sets all sliders to the study's values.",
    )
    preset = PRESETS[chosen or next(iter(PRESETS))]
    st.caption(preset.note)
    return preset


def _configure(collection: Collection, genres: tuple[str, ...], preset: Preset) -> tuple[TrainingConfig | None, str]:
    """The sliders, and the configuration they make or the reason why they make none."""
    with st.expander("Architecture", expanded=True, icon=":material/account_tree:"):
        try:
            model = cnn_form() if isinstance(preset.model, CnnConfig) else ffnn_form()
            model.layers(services.MEL.shape, max(2, len(genres)))
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/block:")
            model = None
            problem = str(error)
        else:
            problem = ""
    with st.expander("Training", expanded=True, icon=":material/tune:"):
        settings = _training_settings()
    changed = model != preset.model or any(
        settings[name] != getattr(preset, name) for name in ("epochs", "batch_size", "learning_rate")
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name",
            key="train:name",
            placeholder=f"Custom {preset.model.kind.upper()}" if changed else preset.title,
            max_chars=100,
            persist_state="session",
            help="What the run is called in lists. Left empty, it is called as the grey text says.",
        )
        st.button(
            f"Reset to {preset.title}",
            icon=":material/restart_alt:",
            on_click=_preset_chosen,
            disabled=not changed,
            help="Sets the sliders back to the study's values.",
        )
    settings["name"] = (name or "").strip() or (f"Custom {preset.model.kind.upper()}" if changed else preset.title)
    if model is None:
        return None, problem
    try:
        return replace(preset, model=model).configure(collection.id, genres, **settings), ""
    except GenreLabError as error:
        return None, str(error)


def _training_settings() -> dict[str, Any]:
    left, middle, right = st.columns(3)
    further = float(st.session_state["train:learning_rate"])
    learning_rate = left.select_slider(
        "Learning rate",
        sorted({*LEARNING_RATES, further}),
        format_func=lambda rate: f"{rate:g}",
        key="train:learning_rate",
        persist_state="session",
        help="Size of Adam's steps: too large and the loss jumps about, too small and it hardly falls.",
    )
    batch_size = middle.select_slider(
        "Batch (clips)",
        sorted({*BATCH_SIZES, int(st.session_state["train:batch_size"])}),
        key="train:batch_size",
        persist_state="session",
        help="Clips looked at before each step.",
    )
    epochs = right.number_input(
        "Epochs",
        min_value=1,
        max_value=1000,
        step=1,
        key="train:epochs",
        persist_state="session",
        help="Passes over the training part.",
    )
    left, middle, right = st.columns(3)
    test_percent = left.slider(
        "Test part (%)",
        5,
        50,
        key="train:test_percent",
        persist_state="session",
        help="Share of the clips kept for the test at the very end. More test clips give a narrower interval.",
    )
    validation_percent = middle.slider(
        "Validation part (%)",
        5,
        50,
        key="train:validation_percent",
        persist_state="session",
        help="Share of the clips that decide which epoch's weights are kept.",
    )
    seed = right.number_input(
        "Seed",
        min_value=0,
        max_value=2**32 - 1,
        step=1,
        key="train:seed",
        persist_state="session",
        help="Decides the split, the first weights and the order of batches. The same seed gives the same run.",
    )
    left, middle, _ = st.columns(3, vertical_alignment="center")
    stop_early = left.toggle(
        "Stop early",
        key="train:stop_early",
        persist_state="session",
        help="End when the validation loss no longer falls. The best epoch's weights are kept in any case.",
    )
    patience = middle.number_input(
        "Patience (epochs)",
        min_value=1,
        max_value=1000,
        step=1,
        key="train:patience",
        persist_state="session",
        disabled=not stop_early,
        help="Epochs without a better validation loss before the training ends.",
    )
    return {
        "learning_rate": float(learning_rate),
        "batch_size": int(batch_size),
        "epochs": int(epochs),
        "seed": int(seed),
        "test_fraction": test_percent / 100,
        "validation_fraction": validation_percent / 100,
        "patience": int(patience) if stop_early else None,
    }


def split_table(split: Split) -> pd.DataFrame:
    """Clips by genre (rows) and part (columns)."""
    names = dict(zip(PARTS, ("Train", "Validation", "Test"), strict=True))
    clips = [(clip.genre, names[part]) for part in PARTS for clip in getattr(split, part)]
    table = pd.DataFrame(clips, columns=["Genre", "part"])
    return pd.crosstab(table["Genre"], table["part"])[list(names.values())].rename_axis(columns=None).reset_index()


def _split_preview(collection: Collection, config: TrainingConfig) -> tuple[Split | None, str]:
    """Sizes of the parts before anything is trained, or why the clips cannot be divided."""
    clips = collection.subset(config.genres).clips
    failures = FeatureStore(collection.id, config.front_end).failures(clips)
    try:
        split = split_clips(
            [clip for clip in clips if clip.name not in failures],
            seed=config.seed,
            test_fraction=config.test_fraction,
            validation_fraction=config.validation_fraction,
        )
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/block:")
        return None, str(error)
    sizes = split.sizes
    st.markdown(
        f"**Split** · {sizes['train']:,} train · {sizes['validation']:,} validation · {sizes['test']:,} test",
        help="By clip, stratified by genre: no clip is in two parts, and each genre is in every part.",
    )
    with st.expander("Clips by genre and part"):
        st.dataframe(split_table(split), hide_index=True, height="content", alt="Clips by genre and part")
    if failures:
        st.caption(f"{format_plural(len(failures), 'clip')} left out: no spectrogram could be made of it.")
    return split, ""


def _start_button(config: TrainingConfig | None, problem: str, running: tuple[Run, ...]) -> str | None:
    twin = next((run for run in running if config is not None and run.config == config), None)
    if twin is not None:
        problem = "These very settings are being trained already: see Training now."
    started = st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=config is None or twin is not None,
    )
    if problem:
        st.caption(f":material/info: {escape_markdown(problem)}")
    elif config is not None:
        st.caption(
            f"Trains on {escape_markdown(format_genres(config.genres, most=10))} in the background: "
            "you may leave the page, close the tab, and start more."
        )
    if not started or config is None:
        return None
    try:
        return start_training(config, token=_token(config))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return None


def _token(config: TrainingConfig) -> str:
    """Name of this request: a second click on the same settings has the same name, until the form is opened anew."""
    last: tuple[TrainingConfig, str] | None = st.session_state.get(_STARTED)
    if last is not None and last[0] == config:
        return last[1]
    token = secrets.token_hex(16)
    st.session_state[_STARTED] = (config, token)
    return token


def forget_request() -> None:
    """Let the same settings be started again: called when the form is opened anew."""
    st.session_state.pop(_STARTED, None)
