"""Beside the chosen runs: results that were published without clips, and classes of listeners."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.errors import RunError
from core.evaluation.metrics import confusion_matrix, recall_of_matrix
from core.evaluation.published import PUBLISHED
from core.evaluation.verdict.judge import MOST_CONTENDERS
from core.evaluation.verdict.records import Contender, Pair, Verdict
from core.runs.record import Run
from dashboard import services
from dashboard.charts.runs.comparison import accuracy_chart, recall_chart, recall_table
from dashboard.charts.statistics.differences import difference_chart, difference_table
from dashboard.charts.style.contrast import shades
from dashboard.charts.style.palette import LISTENER_COLOR, OTHER_MODEL_COLOR, model_color
from dashboard.compare.verdict_cells import Judged, pick_cell, show_cell, show_facts
from dashboard.sentences.beside import without_clips_sentence
from dashboard.sentences.results import result_caution
from dashboard.sentences.verdict import figure_words
from dashboard.sentences.wording import escape_markdown, format_percent, quoted_value
from dashboard.shared.classes import BESIDE, HeardClass, kept_classes
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import show_errors
from dashboard.shared.run_picker import finished_runs
from dashboard.state import address_value, chart_theme, set_address_value, warn_of_link
from dashboard.tables.standings import apart_frame, standings_accuracies, standings_export, standings_frame
from dashboard.tables.verdict import pair_names, pairs_export, pairs_frame

_PICKER = "compare:beside"
_MOST = 4


def show_others(chosen: Sequence[Run]) -> None:
    """The section: what may stand beside the runs, and how it does.

    Parameters
    ----------
    chosen : sequence of Run
        Those compared on the page.
    """
    finished = sorted(finished_runs(chosen), key=lambda run: run.model_kind)
    if not finished:
        return
    classes = kept_classes()
    st.header("Beside the runs", anchor=False)
    st.caption(
        "The study's published matrix counts wherever clips are not needed. The answers of a class, laid together on "
        "Human?, count clip by clip, as a run's do."
    )
    ids = _pick(classes)
    with show_errors():
        published = {each: PUBLISHED[each].contender for each in ids if each in PUBLISHED}
        heard = _listeners([classes[each] for each in ids if each in classes], finished)
        listeners = {f"{each.id} {each.title}": contender for each, contender in heard}
        if not published and not listeners:
            return
        if len(finished) + len(published) + len(listeners) > MOST_CONTENDERS:
            raise RunError(f"At most {MOST_CONTENDERS} can be compared. Choose fewer runs.")
        everyone = services.verdict(finished, others=published | listeners)
        if listeners:
            judged = Judged(runs=tuple(finished), classes=tuple(each for each, _ in heard))
            _clip_by_clip(services.verdict(finished, others=listeners) if published else everyone, judged)
        if published:
            _without_clips(everyone, len(finished), list(published))
        _standings(everyone, finished, list(published.values()), list(listeners.values()))


def _pick(classes: Mapping[str, HeardClass]) -> list[str]:
    """What is chosen, by the address or here: published matrices may be linked to, a class is the visitor's own."""
    titles = {key: _published_title(key) for key in PUBLISHED} | {key: each.title for key, each in classes.items()}
    kept: list[str] = [each for each in st.session_state.get(BESIDE, []) if each in titles]
    linked = address_value("beside")
    if linked is not None:
        asked = [each for each in linked.split(",") if each]
        if unknown := [each for each in asked if each not in PUBLISHED]:
            warn_of_link(f"The link asks for published results that do not exist here: {quoted_value(*unknown)}.")
        kept = [*(each for each in asked if each in PUBLISHED), *(each for each in kept if each in classes)]
    kept = list(dict.fromkeys(kept))[:_MOST]
    st.session_state[BESIDE] = st.session_state[_PICKER] = kept
    _say(kept)

    def changed() -> None:
        st.session_state[BESIDE] = list(st.session_state[_PICKER])
        _say(st.session_state[BESIDE])

    chosen: list[str] = st.multiselect(
        "Beside them",
        list(titles),
        format_func=lambda each: titles[each],
        key=_PICKER,
        on_change=changed,
        max_selections=_MOST,
        placeholder="The study's matrix, or a class's answers",
        help="A class appears here once its files were laid together on Human?, Quiz; nobody else sees it.",
    )
    return chosen


def _say(chosen: Sequence[str]) -> None:
    """Put what is published of the choice into the address."""
    text = ",".join(each for each in chosen if each in PUBLISHED) or None
    if text != address_value("beside"):
        set_address_value("beside", text)


def _published_title(key: str) -> str:
    result = PUBLISHED[key].result
    return f"{PUBLISHED[key].title}, {format_percent(result.accuracy, digits=0)} of {result.n:,}, without clips"


def _listeners(heard: Sequence[HeardClass], finished: Sequence[Run]) -> list[tuple[HeardClass, Contender]]:
    """Classes that heard clips of the collection of one of the runs, as contenders; of the others it is said."""
    able = []
    for each in heard:
        run = next((run for run in finished if run.config.collection_id == each.collection_id), None)
        if run is None:
            said = (
                f"{each.title} heard clips of {each.collection_title}; none of the chosen runs is of that collection. "
                "Choose one that was tested on these clips."
            )
            st.warning(escape_markdown(said), icon=":material/balance:")
        else:
            able.append((each, each.contender(run)))
    return able


def _clip_by_clip(verdict: Verdict, judged: Judged) -> None:
    """Runs and listeners on the same clips, as the verdict on runs has it, and the clips behind it."""
    show = st.info if verdict.pairs else st.warning
    show(escape_markdown(verdict.sentence), icon=":material/hearing:")
    for note in verdict.notes:
        st.caption(escape_markdown(note))
    if not verdict.pairs:
        return
    table = difference_table(verdict)
    st.altair_chart(
        difference_chart(table, theme=chart_theme()),
        alt="Difference of accuracy of each two runs or classes, with its 95 % interval",
    )
    st.caption(figure_words(verdict, len(table)))
    st.dataframe(
        pairs_frame(verdict),
        hide_index=True,
        height="content",
        alt="Each two of the runs and classes: difference, tests and agreement",
    )
    table_download("Export pairs as CSV", lambda: pairs_export(verdict), "pairs-beside.csv", key="compare:beside-pairs")
    pair = _pick_pair(verdict, judged)
    figures, agreement = st.columns(2, gap="large")
    with figures:
        show_facts(verdict, pair)
    with agreement:
        cell = pick_cell(judged, verdict, pair)
    show_cell(judged, verdict, pair, cell)


def _pick_pair(verdict: Verdict, judged: Judged) -> Pair:
    """The two whose clips can be opened: a class and a run or another class; those told apart best at first."""
    pairs = {
        f"{judged.id_of(pair.first)}-{judged.id_of(pair.second)}": pair
        for pair in verdict.pairs
        if pair.second >= len(judged.runs)
    }
    if len(pairs) == 1:
        return next(iter(pairs.values()))
    key, names = "compare:beside:pair", list(pairs)
    clearest = min(names, key=lambda name: (pairs[name].p_adjusted, -abs(pairs[name].difference)))
    if st.session_state.get(key) not in pairs:
        st.session_state[key] = clearest
    chosen = st.selectbox(
        "Two of them, one a class",
        names,
        format_func=lambda name: " against ".join(pair_names(verdict, pairs[name])),
        key=key,
        persist_state="session",
    )
    return pairs[chosen]


def _without_clips(verdict: Verdict, n_runs: int, published: Sequence[str]) -> None:
    """Why matrices without clips are compared less closely, and how far their accuracies are from those of the runs."""
    names = [PUBLISHED[each].title for each in published]
    st.warning(escape_markdown(without_clips_sentence(verdict, n_runs, names)), icon=":material/balance:")
    table = apart_frame(verdict, names)
    if not table.empty:
        st.dataframe(
            table,
            hide_index=True,
            height="content",
            alt="Differences on different clips of the same genres",
        )
        st.caption(
            "Points: accuracy of the first less that of the second, on different clips of the same genres; interval "
            "for independent samples (Newcombe)."
        )
    for each in published:
        st.caption(escape_markdown(f"{PUBLISHED[each].source} Its split: {PUBLISHED[each].protocol}."))


def _standings(
    verdict: Verdict, finished: Sequence[Run], published: Sequence[Contender], listeners: Sequence[Contender]
) -> None:
    """Accuracy with interval, chance, kappa, bits and recall by genre of all of them, each on its own clips."""
    names = [each.name for each in verdict.standings]
    own = [
        *(model_color(run.model_kind) for run in finished),
        *shades(OTHER_MODEL_COLOR, len(published)),
        *shades(LISTENER_COLOR, len(listeners)),
    ]
    colors = dict(zip(names, own, strict=True))
    st.subheader("Each on its own test clips", anchor=False)
    st.altair_chart(
        accuracy_chart(standings_accuracies(verdict), colors=colors, theme=chart_theme()),
        alt="Accuracy with 95 % interval and chance level of each run, published matrix and class",
    )
    for each in verdict.standings[len(finished) :]:
        if caution := result_caution(each.result, unit=each.unit):
            st.caption(f":material/warning: {escape_markdown(each.name)}: {caution}")
    st.dataframe(
        standings_frame(verdict),
        hide_index=True,
        height="content",
        column_config={
            "Who": st.column_config.TextColumn(width=200, pinned=True),
            "Kappa": st.column_config.TextColumn(help="Accuracy beyond what guessing in the same proportions reaches."),
            "Bits": st.column_config.TextColumn(
                help="What a verdict tells of the genre, of what there is to tell: comparable where genres differ."
            ),
        },
        alt="Runs, published matrices and classes: accuracy, chance, kappa and bits",
    )
    table_download("Export as CSV", lambda: standings_export(verdict), "beside-runs.csv", key="compare:beside-csv")
    matrices = [
        *(confusion_matrix(services.predictions(run.id)) for run in finished),
        *(each.matrix for each in (*published, *listeners)),
    ]
    table = recall_table({name: recall_of_matrix(matrix) for name, matrix in zip(names, matrices, strict=True)})
    table = table.dropna(subset=["recall"])
    order = sorted(table["genre"].unique(), key=lambda genre: (-table[table["genre"] == genre]["recall"].mean(), genre))
    with st.expander("Recall by genre", icon=":material/bar_chart:"):
        st.altair_chart(
            recall_chart(table, colors=colors, order=order, theme=chart_theme()),
            alt="Recall of each genre by each run, published matrix and class",
        )
