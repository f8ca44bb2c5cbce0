"""Why a run says what it says of the song: the question, and its answer once somebody asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.explanation.explain import USUAL_SHARE, Explanation, explain_song
from core.explanation.occlusion import OVER
from core.explanation.resynthesis import LEAST_SHARE, MOST_SHARE
from core.explanation.saliency import METHODS, Method, Saliency
from core.models.cnn import CnnConfig
from core.models.ffnn import HybridConfig
from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard import services
from dashboard.classify.reasons import Reasons, reasons_of, shown_progress
from dashboard.classify.songs import Song
from dashboard.classify.why_contributions import show_contributions
from dashboard.classify.why_heard import Drawn, draw_saliency, show_saliency
from dashboard.sentences.explanation import question_heading
from dashboard.shared.feedback import show_errors

_KEY = "classify:why"
_METHOD_HELP = (
    "Occlusion: how far the verdict falls when a patch of the picture is emptied; a patch is a cell, or a moment with "
    "all its bands (by time), or a band at all times (by band). Grad-CAM and HiResCAM: what the last map of a "
    "convolutional network holds for the genre; faster, and coarser."
)
_HEARD_HELP = (
    "The claim is tested: the song is made again with only the most salient cells, and without them, and each is "
    "judged anew."
)


@dataclass(frozen=True)
class Asked:
    """A question as the controls put it.

    Attributes
    ----------
    run_id, genre, against : str
        ``against`` is empty for all other genres together.
    method : str
        Of `METHODS`; of no account for a run on numeric features.
    share : float
        Of the cells that are heard, 0.05 to 1; of no account for a run on numeric features.
    """

    run_id: str
    genre: str
    against: str
    method: Method
    share: float

    @property
    def of_saliency(self) -> tuple[str, str, str, str]:
        """What a saliency depends on."""
        return self.run_id, self.genre, self.against, self.method


def show_why(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The section: a question about one run's verdict, and its answer.

    Parameters
    ----------
    song : Song
    runs : mapping of str to Run
        Those asked, by their ids.
    verdicts : mapping of str to SongVerdict
        What they say; runs without a verdict cannot be asked.
    """
    st.header("Why", anchor=False)
    # Its controls draw the section again, not the page.
    st.fragment(_section)(song, {run_id: runs[run_id] for run_id in verdicts}, verdicts)


def _section(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    reasons = reasons_of(song)
    asked = _controls(song, runs, verdicts)
    run = runs[asked.run_id]
    if asked.run_id not in reasons.asked:
        offer = st.empty()
        with offer.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button("Explain", icon=":material/psychology_alt:", key=f"{_KEY}:explain", type="primary")
            st.caption(_promise(run), width="content")
        if not pressed:
            return
        offer.empty()
        reasons.asked.add(asked.run_id)
    with show_errors():
        explanation, drawn = _answer(song, reasons, asked)
        st.subheader(question_heading(explanation.question), anchor=False)
        if explanation.part:
            st.caption(f":material/content_cut: {explanation.part}")
        if explanation.contributions is not None:
            show_contributions(explanation.contributions, song, key=f"{_KEY}:{asked.run_id}")
        elif drawn is not None:
            show_saliency(song, reasons.served(song), explanation, drawn, share=asked.share)


def _promise(run: Run) -> str:
    """What an explanation of this run will be, in words."""
    if run.config.trained_ears is not None:
        return "What each family of tags, and each single tag, adds to the verdict."
    if run.config.is_numeric:
        return "What each group of numeric features adds to the verdict: loudness, brightness, tempo …"
    return "Which parts of the spectrogram speak for the genre; then the song with only these, and without them."


def _controls(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> Asked:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run_id = next(iter(runs))
        if len(runs) > 1:
            run_id = st.selectbox(
                "Model",
                list(runs),
                format_func=lambda each: f"{runs[each].config.name} ({each[:6]}): {verdicts[each].genre}",
                key=f"{_KEY}:run",
                width=285,
            )
        run, verdict, of = runs[run_id], verdicts[run_id], f"{song.identity}:{run_id}"
        ranked = dict(verdict.ranked)
        genre = st.selectbox(
            "Why",
            list(ranked),
            format_func=lambda each: f"{each} ({100 * ranked[each]:.1f} %)",
            key=f"{_KEY}:genre:{of}",
            width=165,
            help="The genre that is to be explained, the most probable first; in brackets its probability.",
        )
        others = ["", *(each for each in ranked if each != genre)]
        against = st.selectbox(
            "and not",
            others,
            format_func=lambda each: each or "any other",
            key=f"{_KEY}:against:{of}:{genre}",
            width=150,
            help="Contrasts the genre with another one: what speaks for the first and not for the second.",
        )
        method, share = _spectrogram_controls(run, of)
    return Asked(run_id, genre, against, method, share)


def _spectrogram_controls(run: Run, of: str) -> tuple[Method, float]:
    """Method and share; the usual ones, without controls, for a run on numeric features."""
    if run.config.is_numeric:
        return "occlusion", USUAL_SHARE
    methods: list[Method] = list(OVER)
    if isinstance(run.config.model, CnnConfig | HybridConfig):
        methods += ["grad-cam", "hires-cam"]
    method = st.selectbox(
        "Method",
        methods,
        format_func=lambda each: METHODS[each].replace("Grad-CAM cell by cell (HiResCAM)", "HiResCAM"),
        key=f"{_KEY}:method:{of}",
        width=185,
        help=_METHOD_HELP,
    )
    percent = st.slider(
        "Cells that are heard",
        round(100 * LEAST_SHARE),
        round(100 * MOST_SHARE),
        round(100 * USUAL_SHARE),
        step=5,
        format="%d %%",
        key=f"{_KEY}:share:{of}",
        width=165,
        help=f"The most salient share of the spectrogram's cells. {_HEARD_HELP}",
    )
    return method, percent / 100


def _answer(song: Song, reasons: Reasons, asked: Asked) -> tuple[Explanation, Drawn | None]:
    """The explanation, and its picture and sounds where there are any; from this session where it was found before."""

    def explain() -> tuple[Explanation, Drawn | None]:
        heard = reasons.heard(song)
        known: Saliency | None = reasons.known("saliency", asked.of_saliency)
        with shown_progress("Explaining" if known is None else "Listening") as on_step:
            explanation = explain_song(
                heard,
                asked.run_id,
                model=services.model(asked.run_id),
                genre=asked.genre,
                against=asked.against,
                share=asked.share,
                method=asked.method,
                saliency=known,
                on_step=on_step,
            )
        if explanation.saliency is None:
            return explanation, None
        saliency = explanation.saliency
        reasons.keep("saliency", asked.of_saliency, saliency)
        return draw_saliency(heard, explanation, share=asked.share)

    return reasons.find("explanation", asked, explain)
