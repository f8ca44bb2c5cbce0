"""Compare: all runs in a table, the chosen ones side by side; groups of runs; the leak meter."""

import streamlit as st

from core.errors import GenreLabError
from core.runs.borrowed import beside_ears
from core.runs.comparing import best_comparable, best_comparison, best_counterpart, best_first
from core.runs.record import Run
from dashboard import services
from dashboard.compare.comparison import overlaid_curves, side_by_side
from dashboard.compare.groups import show_groups
from dashboard.compare.leak import show_leak_meter
from dashboard.compare.others import show_others
from dashboard.compare.parallel_panel import show_parallel
from dashboard.compare.robustness import show_robustness
from dashboard.compare.runs_table import choose_runs, table_actions, to_compare
from dashboard.compare.settings_panel import show_settings
from dashboard.compare.taking import show_import, taking_actions
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import empty_state, page_header, show_errors
from dashboard.shared.run_picker import finished_runs, run_in_view
from dashboard.state import linked_tabs


def main() -> None:
    page_header(
        "Compare", "Every run with its accuracy and cost, and a side-by-side comparison of the runs you choose."
    )
    try:
        runs = services.runs(archived=True)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if not runs:
        empty_state(
            "No run yet",
            "Train a CNN and an FFNN on the same genres with the same seed: then both are tested on the same clips "
            "and can be compared fairly.",
            page="train",
            label="Train a model",
        )
        show_import()
        return
    single, groups, leak = linked_tabs(["Runs", "Groups", "Leak meter"], key="compare:tab")
    if single.open:
        with single:
            compare_runs(runs)
    if groups.open:
        with groups, show_errors():
            show_groups(unarchived(runs))
    if leak.open:
        with leak, show_errors():
            show_leak_meter(unarchived(runs))


def default_pair(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The run in view on another page and the best beside it; else the best CNN and FFNN on the same clips.

    Trained ears that can be compared with a CNN or FFNN stand beside these.
    """
    finished = finished_runs(runs)
    if (opened := run_in_view(finished)) is not None:
        counterpart = best_counterpart(opened, finished)
        return (opened,) if counterpart is None else (opened, counterpart)
    best = best_comparison(finished)
    if best is not None:
        borrowed = beside_ears([best.cnn, best.ffnn, *(run for run in finished if run.config.trained_ears is not None)])
        return (best.cnn, best.ffnn) if borrowed is None else (best.cnn, best.ffnn, borrowed.ears.run)
    return best_comparable(finished) or tuple(best_first(finished)[:2])


def compare_runs(runs: tuple[Run, ...]) -> None:
    choice = choose_runs(runs, default=[run.id for run in default_pair(unarchived(runs))])
    chosen = choice.chosen
    table_actions(runs, chosen)
    taking_actions(chosen)
    if not chosen:
        st.caption("Choose runs to compare them side by side.")
        show_parallel(unarchived(runs), shown=choice.shown, chosen=chosen)
        return
    compared = to_compare(chosen)
    if len(compared) < len(chosen):
        st.caption(f"{len(compared)} of the {len(chosen)} chosen runs are compared here, some of each configuration.")
    side_by_side(compared)
    show_others(compared)
    overlaid_curves(compared)
    show_robustness(compared)
    show_settings(compared)
    show_parallel(unarchived(runs), shown=choice.shown, chosen=chosen)


def unarchived(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(run for run in runs if not run.archived)


main()
