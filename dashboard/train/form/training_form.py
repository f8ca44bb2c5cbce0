"""Setting up a training: genres and preset first, the start, and behind tabs everything that can be set."""

import secrets
from typing import Any

import streamlit as st

from core.clips.collection import Collection
from core.collections.corrections import Corrected, corrected_labels
from core.errors import GenreLabError
from core.recipe.config import TrainingConfig
from core.recipe.inputs import preset_inputs
from core.recipe.presets import STUDY_PRESETS
from core.runs.naming import automatic_name, is_automatic
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard.changes.trainings import start_training
from dashboard.sentences.borrowed import heard_before
from dashboard.sentences.differences import differences
from dashboard.sentences.wording import escape_markdown, format_genres, quoted_value
from dashboard.shared.changing import change_button
from dashboard.shared.forms.errors import FormErrors, slot_below
from dashboard.shared.forms.inputs import fill, shown_values
from dashboard.shared.forms.values import (
    KEY,
    all_front_end_values,
    front_end_values,
    read_augmentation,
    read_model,
    read_optimisation,
    read_segments,
    read_training,
    training_values,
)
from dashboard.state import address_value, set_address_value, warn_of_link
from dashboard.train.form.augmentation import augmentation_form, augmentation_preview
from dashboard.train.form.corrected import KEY as CORRECTED
from dashboard.train.form.corrected import offer_corrected, with_corrected
from dashboard.train.form.genre_sets import pick_genres, set_genres
from dashboard.train.form.inputs import input_form
from dashboard.train.form.model import model_form
from dashboard.train.form.model_summary import model_summary
from dashboard.train.form.optimisation import optimisation_form, schedule_preview
from dashboard.train.form.plan import pick_plan, start_plan
from dashboard.train.form.presets import FittingPreset, fitting_presets, form_presets, nearest_preset
from dashboard.train.form.search import CURRENT
from dashboard.train.form.split import split_form, split_values
from dashboard.train.form.split_preview import split_preview

_MISSING = "train:missing"
_PRESET = "train:preset"
_STARTED = "train:started"
_NAME = "train:name"
TABS = {
    "Network": ("model", "members"),
    "Input": ("front_end", "numeric_front_end", "numeric_scaling", "segments"),
    "Optimisation": (
        *("learning_rate", "batch_size", "epochs", "optimisation", "patience", "seed", "precision"),
        "train_on_validation",
    ),
    "Augmentation": ("augmentation",),
    "Split": ("split",),
}
"""Tabs, and the fields of a `TrainingConfig` that are set in each; name and genres stand above them."""
_MOST_DIFFERENCES = 8


def _first_values() -> None:
    """Put the presets into a form that this visitor has not seen yet, the first one on top."""
    if "train:optimise_optimiser" in st.session_state:
        return
    for key in ("front_end", "numeric_front_end"):
        fill(all_front_end_values(f"{KEY}{key}"))
    for preset in reversed(form_presets().values()):
        fill(training_values(preset.configure("any", ("a", "b"))))
    fill({_NAME: ""})


def reuse_settings(run: Run, collection: Collection | None) -> None:
    """Make the form show the settings of a run.

    Parameters
    ----------
    run : Run
    collection : Collection or None
        What the run was trained on; None where that is gone. Then no genre is chosen: with those of another collection
        it would be another experiment.
    """
    _first_values()
    config = run.config
    preset = nearest_preset(config)
    fill(training_values(config) | split_values(config.split))
    fill({CORRECTED: bool(config.corrected_labels)})
    fill({_PRESET: preset.id, _NAME: "" if is_automatic(config) else config.name, "train:plan": "one"})
    if collection is not None and config.corrected_labels:
        collection = with_corrected(collection)
    present = () if collection is None else tuple(genre for genre in config.genres if genre in collection.genres)
    missing = [genre for genre in config.genres if genre not in present]
    st.session_state.pop(_MISSING, None)
    if collection is not None:
        set_genres(collection, present)
        if missing:
            st.session_state[_MISSING] = (
                collection.id,
                f"{collection.title} has no clips of {', '.join(missing)} any more, which {run.label} was trained to "
                "tell apart too. What is set below leaves them out: it is another experiment.",
            )
    else:
        st.session_state[_MISSING] = (
            "",
            f"{run.config.name} was trained on {run.collection_title}, which is not here any more: import it again to "
            f"repeat the run. Its settings are below, without genres (they were {', '.join(config.genres)}): on "
            "another collection it is another experiment.",
        )


def say_what_is_missing(collection: Collection) -> None:
    """Say what of a run that is edited cannot be had; where its collection is gone, choose no genres of this one."""
    about, text = st.session_state.get(_MISSING, (None, ""))
    if about == "":
        set_genres(collection, ())
        st.session_state[_MISSING] = about, text = collection.id, text
    if about == collection.id:
        st.warning(escape_markdown(text), icon=":material/warning:")


def training_form(collection: Collection, running: tuple[Run, ...]) -> str | None:
    """The whole form; returns the id of the run when one was started just now.

    Parameters
    ----------
    collection : Collection
    running : tuple of Run
        Trainings under way on this server: the same settings are not started twice.
    """
    _first_values()
    fitting = fitting_presets(collection)
    if not fitting:
        st.info("No model fits the features of this collection.", icon=":material/info:")
        return None
    choices, outcome = st.columns([3, 2], gap="large")
    errors = FormErrors(choices.container(), TABS)
    with errors.open():
        with choices:
            collection, corrections = offer_corrected(collection)
            genres = pick_genres(collection)
            slot_below("train:genres")
            preset = _pick_preset(collection, fitting)
            head = st.container()
            corrected = corrected_labels(corrections, genres=genres)
            config = _settings(collection, genres, preset, errors, corrected)
        st.session_state[CURRENT] = config
        with outcome:
            summary = None
            if config is not None:
                figures = st.container()
                with errors.heed("Split"):
                    summary = split_preview(
                        collection, config.genres, config.split, seed=config.seed, front_ends=config.front_ends
                    )
                with figures:
                    model_summary(config, summary)
        with head:
            started = _head(config, errors.first, preset, running, ready=summary is not None)
    errors.close()
    return started


def _pick_preset(collection: Collection, fitting: dict[str, FittingPreset]) -> FittingPreset:
    _heed_link(collection, fitting)
    if st.session_state.get(_PRESET) not in fitting:
        _fill_preset(collection, next(iter(fitting)))
    chosen = st.pills(
        "Preset",
        list(fitting),
        format_func=lambda name: fitting[name].preset.title,
        required=True,
        key=_PRESET,
        on_change=_preset_chosen,
        args=(collection,),
        persist_state="session",
        wrap=True,
        help="Starting point. A convolutional network (CNN) finds patterns anywhere in the spectrogram; a "
        "feed-forward network (FFNN) has a separate weight for every value of its input; a hybrid does both; "
        "the others are classical baselines. Choosing a preset sets everything below.",
    )
    preset = fitting[chosen or next(iter(fitting))]
    st.caption(_note(preset))
    if note := heard_before(preset.config):
        st.caption(f":material/hearing: {note}")
    return preset


def _heed_link(collection: Collection, fitting: dict[str, FittingPreset]) -> None:
    """Choose the preset that a link from another page asks for."""
    wanted = address_value("preset")
    set_address_value("preset", None)
    if wanted is None:
        return
    if wanted in fitting:
        _fill_preset(collection, wanted)
    else:
        warn_of_link(
            f"The link asks for the preset {quoted_value(wanted)}, which does not exist or does not fit the features "
            "of this collection. Choose one below."
        )


def _note(preset: FittingPreset) -> str:
    """What a preset is, and what takes the place of its own front end."""
    own, used = preset.preset.front_end, preset.config.front_end
    note = preset.preset.note
    return note if own == used else f"{note} Here on: {escape_markdown(used.title)}."


def _preset_chosen(collection: Collection) -> None:
    _fill_preset(collection, st.session_state[_PRESET])


def _fill_preset(collection: Collection, preset_id: str) -> None:
    preset = form_presets()[preset_id]
    kept = st.session_state.get("train:seed", 42)
    inputs = preset_inputs(preset, collection) or {}
    values = training_values(preset.configure("any", ("a", "b"), **inputs))
    fill(values | {"train:seed": kept, _NAME: "", _PRESET: preset_id})
    for name in ("front_end", "numeric_front_end"):
        if name in inputs:
            fill(front_end_values(inputs[name], f"{KEY}{name}"))


def _settings(
    collection: Collection,
    genres: tuple[str, ...],
    preset: FittingPreset,
    errors: FormErrors,
    corrected: Corrected,
) -> TrainingConfig | None:
    """All tabs, and the configuration they make; None where something is wrong, which ``errors`` then shows."""
    kind = preset.config.model_kind
    classical = preset.config.is_classical
    shown = [name for name in TABS if not classical or name in ("Network", "Input", "Split")]
    titles = {"Network": "Model" if classical else "Network"}
    marks = st.empty()
    places = st.tabs([titles.get(name, name) for name in shown], key="train:tab", on_change="rerun")
    tabs = dict(zip(shown, places, strict=True))
    errors.show_marks(marks, {name: tab.container() for name, tab in tabs.items()}, titles)
    given: dict[str, Any] = {"corrected_labels": corrected}
    with tabs["Input"], errors.heed("Input"):
        given["front_end"], given["numeric_front_end"] = input_form(collection, kind)
        given["segments"] = None if preset.config.is_classical else read_segments(shown_values())
    with tabs["Network"], errors.heed("Network"):
        model_form(kind)
        given["model"] = read_model(kind.id, shown_values())
    if not classical:
        with tabs["Optimisation"], errors.heed("Optimisation"):
            curve = optimisation_form()
        with tabs["Augmentation"], errors.heed("Augmentation"):
            augmentation_form(
                given.get("front_end", preset.config.front_end), segmented=given.get("segments") is not None
            )
            picture = st.container()
            given["augmentation"] = read_augmentation(shown_values())
        with errors.heed("Optimisation"):
            given["optimisation"] = read_optimisation(shown_values())
    with tabs["Split"], errors.heed("Split"):
        given["split"] = split_form(collection, genres, is_study=preset.preset.id in STUDY_PRESETS)
    config = None
    if not errors.first:
        with errors.heed():
            config = _configure(collection, genres, preset, given)
    if config is not None and not classical:
        if tabs["Optimisation"].open:
            with curve:
                schedule_preview(config)
        if tabs["Augmentation"].open:
            with picture:
                augmentation_preview(collection, config)
    return config


def _configure(
    collection: Collection, genres: tuple[str, ...], preset: FittingPreset, given: dict[str, Any]
) -> TrainingConfig:
    settings = read_training(shown_values())
    defaults = {"patience": None, "train_on_validation": False} if preset.config.is_classical else {}
    made = {
        "collection_id": collection.id,
        "genres": genres,
        **settings,
        **defaults,
        **{name: value for name, value in given.items() if value is not None},
    }
    config = TrainingConfig(name=preset.preset.title, **made)
    return TrainingConfig(name=_name(config, preset), **made)


def _name(config: TrainingConfig, preset: FittingPreset) -> str:
    """What the visitor typed, else the preset's title, or that it is a variant of its own."""
    typed = (st.session_state.get(_NAME) or "").strip()
    return typed or _given_name(preset, changed=bool(differences(config, preset.config)))


def _given_name(preset: FittingPreset, *, changed: bool) -> str:
    return f"Custom {preset.config.model_kind.name_within}" if changed else preset.preset.title


def _head(
    config: TrainingConfig | None, problem: str, preset: FittingPreset, running: tuple[Run, ...], *, ready: bool
) -> str | None:
    """What differs from the preset, the name, and the start."""
    found = differences(config, preset.config) if config is not None else []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name",
            key=_NAME,
            placeholder=_given_name(preset, changed=bool(found)) if config is None else automatic_name(config),
            max_chars=100,
            persist_state="session",
            help="Name of the run in lists. Leave empty to use the name shown in grey; where another run has it, a "
            "number follows.",
        )
        st.button(
            f"Reset to {preset.preset.title}",
            icon=":material/restart_alt:",
            on_click=_fill_preset_again,
            args=(preset,),
            disabled=config is not None and not found,
            help="Resets everything except genres and split to the preset.",
        )
    slot_below(_NAME)
    if found:
        further = f" and {len(found) - _MOST_DIFFERENCES:,} more" if len(found) > _MOST_DIFFERENCES else ""
        listed = " · ".join(escape_markdown(each) for each in found[:_MOST_DIFFERENCES])
        st.caption(f":material/edit: Changed from {preset.preset.title}: {listed}{further}")
    return _start(config if ready else None, problem, running)


def _fill_preset_again(preset: FittingPreset) -> None:
    fill(training_values(preset.config) | {"train:seed": st.session_state["train:seed"], _NAME: ""})


def _start(config: TrainingConfig | None, problem: str, running: tuple[Run, ...]) -> str | None:
    twin = next((run for run in running if config is not None and run.config == config), None)
    if twin is not None:
        problem = "A training with exactly these settings is already running or waiting in the queue: see above."
    plan = pick_plan(config)
    n_runs = len(plan.configs(config)) if config is not None else 1
    if plan.kind != "one":
        twin = None
    started = change_button(
        "Start training" if n_runs == 1 else f"Start {n_runs} trainings",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=config is None or twin is not None,
        on_click=_answer,
    )
    if problem:
        st.caption(f":material/info: {escape_markdown(problem)}")
    elif config is not None:
        st.caption(
            f"Trains on {escape_markdown(format_genres(config.genres, most=10))}, divided "
            f"{_split_words(config.split)}, in the background: you may leave the page, close the tab, and start "
            "more. Further runs wait in the queue."
        )
    if not started or config is None:
        return None
    try:
        with st.spinner("Checking the split and entering the run"):
            if plan.kind != "one":
                return start_plan(config, plan, token=_token(config))
            return start_training(config, token=_token(config))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return None


def _answer() -> None:
    """Before the page is drawn anew, which takes its time on a busy machine."""
    st.toast("Starting the training", icon=":material/hourglass_top:")


def _split_words(split: SplitConfig) -> str:
    """``by clip``, ``by own file (…)``: the split within a sentence, as Markdown."""
    title = escape_markdown(split.title[:1].lower() + split.title[1:])
    return title if title.startswith("by ") else f"by the split “{title}”"


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
