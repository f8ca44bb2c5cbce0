"""The verdict on chosen runs: one sentence, how sure it is, each two of them, and the clips behind it."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation.verdict.judge import MOST_CONTENDERS
from core.evaluation.verdict.records import Pair, Verdict
from core.runs.comparing import largest_same_ground
from core.runs.record import Run
from dashboard import services
from dashboard.charts.statistics.differences import difference_chart, difference_table
from dashboard.compare.verdict_cells import Judged, pick_cell, show_cell, show_facts
from dashboard.sentences.verdict import BY_WORDS, figure_words
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme, linked_key, query_value
from dashboard.tables.verdict import pair_names, pairs_export, pairs_frame

MOST_DRAWN = 15
"""Pairs that are drawn; a table has all."""
_PAIR_COLUMNS = {
    "Pair": st.column_config.TextColumn(width=270, pinned=True),
    "Points": st.column_config.TextColumn(help="Difference of the accuracies, first run less second."),
    "95 % interval": st.column_config.TextColumn(help="Of the difference in points, by a paired bootstrap over clips."),
    "McNemar": st.column_config.TextColumn(help="Exact test of equal accuracy, from the clips judged differently."),
    "After Holm": st.column_config.TextColumn(help="The p-value that counts, corrected for the number of pairs."),
    "Kappa": st.column_config.TextColumn(help="Whether the two say the same genre: 0 is chance, 1 is always."),
    "Kappa of errors": st.column_config.TextColumn(help="Whether the two err on the same clips: 0 is chance."),
}


def show_verdict(finished: Sequence[Run]) -> Verdict | None:
    """The verdict on two finished runs or more, drawn; None where there are too many.

    Raises
    ------
    RunError
        The files of a run cannot be read.
    """
    if len(finished) > MOST_CONTENDERS:
        st.warning(
            f"A verdict is on at most {MOST_CONTENDERS} runs, for each two of them are held against each other; "
            f"{len(finished):,} finished ones are chosen. Choose fewer.",
            icon=":material/balance:",
        )
        return None
    said = st.container()
    by = _pick_grouping(finished)
    verdict = services.verdict(finished, by=by)
    with said:
        _sentence(verdict)
    if verdict.pairs:
        _figures(finished, verdict)
    elif (part := largest_same_ground(finished)) and len(part) < len(finished):
        names = ", ".join(escape_markdown(name_with_seed(run)) for run in part)
        st.caption(f"Of these, {len(part):,} were tested on the same clips: {names}.")
        on_part = services.verdict(part, by=by)
        _sentence(on_part)
        if on_part.pairs:
            _figures(part, on_part)
    return verdict


def _sentence(verdict: Verdict) -> None:
    """The verdict in words, and what is to be known with it."""
    show = st.info if verdict.pairs else st.warning
    show(escape_markdown(verdict.sentence), icon=":material/balance:")
    for note in verdict.notes:
        st.caption(escape_markdown(note))


def _figures(runs: Sequence[Run], verdict: Verdict) -> None:
    """Differences, tests and cells of runs with clips in common."""
    table = difference_table(verdict)
    drawn = table.loc[table["difference"].abs().sort_values(ascending=False, kind="stable").index[:MOST_DRAWN]]
    drawn = drawn.sort_index()
    st.altair_chart(
        difference_chart(drawn, theme=chart_theme()),
        alt="Difference of accuracy of each two runs, with its 95 % interval",
    )
    st.caption(figure_words(verdict, len(drawn)))
    if len(verdict.pairs) > 1:
        st.dataframe(
            pairs_frame(verdict),
            hide_index=True,
            height="content" if len(verdict.pairs) <= MOST_DRAWN else 560,
            column_config=_PAIR_COLUMNS,
            alt="Each two of the runs: difference, tests and agreement",
        )
    table_download(
        "Export pairs as CSV", lambda: pairs_export(verdict), "verdict-pairs.csv", key="compare:export-pairs"
    )
    pair = _pick_pair(runs, verdict)
    figures, agreement = st.columns(2, gap="large")
    with figures:
        show_facts(verdict, pair)
    judged = Judged(runs=tuple(runs))
    with agreement:
        cell = pick_cell(judged, verdict, pair)
    show_cell(judged, verdict, pair, cell)


def _pick_grouping(finished: Sequence[Run]) -> str:
    """What intervals draw whole: chosen where anything but single clips is known to belong together."""
    known = services.known_groupings(finished)
    if len(known) == 1:
        return known[0]
    chosen = st.segmented_control(
        "Intervals and tests by",
        known,
        default=known[0],
        required=True,
        format_func=lambda by: BY_WORDS[by],
        key=f"compare:by:{'/'.join(known)}",
        persist_state="session",
        help="Clips of one artist or one recording are alike: by artist, whole artists are drawn in place of single "
        "clips, and the interval is as wide as so few independent ones deserve.",
    )
    return chosen or known[0]


def _pick_pair(runs: Sequence[Run], verdict: Verdict) -> Pair:
    """The two that are looked at closer: those told apart best, unless others are chosen."""
    pairs = {f"{runs[pair.first].id[:8]}-{runs[pair.second].id[:8]}": pair for pair in verdict.pairs}
    clearest = min(pairs, key=lambda name: (pairs[name].p_adjusted, -abs(pairs[name].difference)))

    def titled(name: str) -> str:
        return " against ".join(pair_names(verdict, pairs[name]))

    chosen = query_value("pair", list(pairs), clearest, what="pair of runs", titled=titled) or clearest
    if len(pairs) > 1:
        key, changed = linked_key("pair", chosen)
        st.selectbox(
            "Two of them",
            list(pairs),
            key=key,
            on_change=changed,
            format_func=titled,
        )
    return pairs[chosen]
