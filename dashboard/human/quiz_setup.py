"""Begin a quiz, or go on with one that was saved."""

import secrets
from collections.abc import Sequence

import streamlit as st

from core.errors import CollectionError, GenreLabError
from core.evaluation.human.quiz import FEWEST_CLIPS, LISTEN_S, MOST_CLIPS, read_answers
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.human.material import Material, material_of_collection, material_of_run
from dashboard.human.quiz_session import begin_quiz, go_on_with
from dashboard.sentences.human import how_to_hear
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.feedback import synthetic_badge

_OF_RUN, _OF_COLLECTION = "Test clips of the run", "All clips of a collection"
_USUAL_CLIPS = 20
_NUMBERS = 10_000
_UPLOADS, _FAILED = "human:quiz:uploads", "human:quiz:failed"


def pick_material(run: Run | None) -> Material | None:
    """The clips that a quiz may ask: of the run in view, or of a collection; None, with the reason said, without any.

    Parameters
    ----------
    run : Run or None
        None where a published matrix is in view, whose clips nobody has.
    """
    audible = [each for each in services.collections() if each.ready and each.holds == "audio"]
    of_run = None if run is None else material_of_run(run)
    sources = ([_OF_RUN] if of_run is not None else []) + ([_OF_COLLECTION] if audible else [])
    if not sources:
        st.info("Nothing can be heard here yet: the quiz needs a collection with sound.", icon=":material/volume_off:")
        navigation.page_link("collections", "Get a collection")
        return None
    # Of the runs that come with Genre Lab nothing can be heard at first: what can be comes first then.
    is_heard = of_run is not None and len(of_run.audible) >= FEWEST_CLIPS
    first = sources[0] if is_heard else sources[-1]
    source = st.segmented_control(
        "Clips to hear",
        sources,
        default=first,
        required=True,
        key=f"human:quiz:source:{len(sources)}:{first}",
        persist_state="session",
        help="Test clips of a run were never seen in its training: your answers then stand beside the model's on the "
        "very same clips. Of a collection any clip may be asked.",
    )
    try:
        if source == _OF_RUN:
            return of_run
        titles = {each.id: each.title for each in audible}
        chosen = st.selectbox(
            "Collection",
            list(titles),
            format_func=lambda name: titles[name],
            key="human:quiz:collection",
            persist_state="session",
        )
        return material_of_collection(chosen)
    except CollectionError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return None


def show_setup(material: Material) -> None:
    """How many clips, how long; the button that begins; opening a saved quiz."""
    if material.collection.synthetic:
        synthetic_badge()
    if material.run is None:
        st.caption(
            "Beside a model you stand only on the clips that it was tested on. To be asked those alone, choose a run "
            "of this collection above and its test clips."
        )
    n_heard = len(material.audible)
    if n_heard < FEWEST_CLIPS:
        _say_too_few(material)
    else:
        _show_start(material)
    _show_upload(material)


def _say_too_few(material: Material) -> None:
    n, n_heard = len(material.truth), len(material.audible)
    what = "clips" if material.run is None else "test clips"
    st.info(
        f"A quiz needs {FEWEST_CLIPS} clips that can be heard; of the {n:,} {what} of "
        f"{escape_markdown(material.title)}, {n_heard:,} can be heard here.",
        icon=":material/volume_off:",
    )
    if material.run is not None and material.run.shipped and (advice := how_to_hear(list(material.truth))):
        st.caption(advice)
    navigation.page_link("collections", "Get a collection")


def _show_start(material: Material) -> None:
    most = min(MOST_CLIPS, len(material.audible))
    with st.container(border=True):
        left, middle, right = st.columns(3, gap="medium")
        if most > FEWEST_CLIPS:
            n = left.slider(
                "Clips",
                FEWEST_CLIPS,
                most,
                min(_USUAL_CLIPS, most),
                key=f"human:quiz:n:{most}",
                persist_state="session",
                help=f"{FEWEST_CLIPS} to {MOST_CLIPS}, as many of each genre as can be. With 20 clips the 95 % "
                "interval of your accuracy is some 40 points wide, with 50 some 27.",
            )
        else:
            n = most
            left.metric("Clips", n)
        listen_s = middle.segmented_control(
            "Of each clip",
            LISTEN_S,
            default=LISTEN_S[0],
            required=True,
            format_func=lambda seconds: "Whole" if seconds is None else f"{seconds:.0f} s",
            key="human:quiz:listen",
            persist_state="session",
            help="5 or 10 s are from the middle of a clip. You may hear it as often as you like; that is counted.",
        )
        st.session_state.setdefault("human:quiz:first", secrets.randbelow(_NUMBERS))
        seed = right.number_input(
            "Quiz number",
            min_value=0,
            max_value=_NUMBERS - 1,
            value=st.session_state["human:quiz:first"],
            key="human:quiz:seed",
            persist_state="session",
            help="The same number, clips and seconds give the same quiz: tell it to a class, and all hear the same.",
        )
        st.button(
            "Begin the quiz",
            key="human:quiz:begin",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_begin,
            args=(material, int(n), int(seed), listen_s),
        )
        st.caption(
            f"{format_plural(len(material.audible), 'clip')} of {len(material.genres)} genres can be asked. Your "
            "answers stay in this browser session, seen by nobody else; save them as a file to keep them."
        )


def _begin(material: Material, n: int, seed: int, listen_s: float | None) -> None:
    try:
        begin_quiz(material, n=n, seed=seed, listen_s=listen_s)
        st.session_state.pop(_FAILED, None)
    except GenreLabError as error:
        st.session_state[_FAILED] = str(error)


def _show_upload(material: Material) -> None:
    count = st.session_state.get(_UPLOADS, 0)
    with st.popover("Go on with a saved quiz", icon=":material/upload:"):
        st.file_uploader(
            "Answers that the quiz wrote (JSON)",
            type=["json"],
            key=f"{_UPLOADS}:{count}",
            on_change=_open_saved,
            args=(material, f"{_UPLOADS}:{count}"),
            max_upload_size=1,
            help="A quiz that is not finished goes on where it was left; of a finished one the result is shown.",
        )
    if message := st.session_state.get(_FAILED):
        st.error(escape_markdown(message), icon=":material/error:")


def _open_saved(material: Material, key: str) -> None:
    if (uploaded := st.session_state.get(key)) is None:
        return
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    try:
        go_on_with(read_answers(uploaded.getvalue(), uploaded.name), material, uploaded.name)
        st.session_state.pop(_FAILED, None)
    except GenreLabError as error:
        st.session_state[_FAILED] = str(error)


def finished_on(material: Material, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Finished runs that told the same genres of that collection apart; the material's own run first."""
    genres = set(material.genres)
    found = [run for run in runs if run.config.collection_id == material.collection.id and run.result is not None]
    found = [run for run in found if set(run.config.genres) == genres]
    own = material.run
    return tuple(sorted(found, key=lambda run: own is None or run.id != own.id))
