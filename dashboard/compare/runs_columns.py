"""Which columns of the table of runs a visitor wants to see: their own choice, kept with their session and address."""

from collections.abc import Sequence

import streamlit as st

from core.experiments.folding import FoldedRuns
from dashboard.state import address_value, set_address_value, warn_of_link

_number = st.column_config.NumberColumn
_text = st.column_config.TextColumn
COLUMNS = {
    "name": _text("Name", width=290, pinned=True),
    "which": _text("Seed and split", width=190, help="What tells it from other runs of its name: seed, fold, trial."),
    "model": _text("Model", width=130),
    "origin": _text("Origin", width="small", help="Trained here, imported, or a run that comes with Genre Lab."),
    "accuracy_percent": _number(
        "Test accuracy",
        format="%.1f %%",
        help="Share of the test clips classified correctly. Of several seeds the mean; of folds the share of all clips "
        "that they tested.",
    ),
    "spread_percent": _number(
        "± points", format="%.1f", width="small", help="Standard deviation of the accuracy over seeds or folds."
    ),
    "n_runs": _number("Runs", format="%d", width="small", help="Finished runs of this configuration in the row."),
    "interval": _text(
        "95 % interval",
        width=110,
        help="Wilson interval for so many test clips. How much seeds differ comes in addition: ± points.",
    ),
    "n_test": _number("Test clips", format="%d", width="small", help="Of all folds together; of one seed alone."),
    "caution": _text("Caution", width=130, help="Few test clips, or an accuracy that chance alone may reach."),
    "chance_percent": _number(
        "Chance", format="%.1f %%", width="small", help="Accuracy of always saying the most common genre."
    ),
    "split": _text("Split", width=120, help="Protocol by which the clips were divided."),
    "collection": _text("Collection", width="medium"),
    "synthetic": _text("Music", help="Trained on music made by a program: its results say nothing about real music."),
    "n_genres": _number("Number of genres", format="%d", width="small"),
    "genres": _text("Genres", width="medium"),
    "tags": st.column_config.ListColumn("Tags", width="medium"),
    "note": _text("Note", width="medium", help="What somebody noted of the run."),
    "epochs": _number("Epochs", format="%d", width="small", help="Number of epochs trained."),
    "n_parameters": _number("Parameters", format="localized"),
    "training_s": _number("Training time (s)", format="%.1f", help="Wall-clock time of all epochs."),
    "prediction_ms": _number(
        "Prediction (ms)", format="%.2f", help="From the features of one clip to its probabilities, one clip at a time."
    ),
    "seed": _number("Seed", format="%d", width="small"),
    "status": _text("Status"),
    "created": st.column_config.DatetimeColumn("Created (UTC)", format="YYYY-MM-DD HH:mm"),
    "protocol": _text("Split details", width="large", help="How the clips were divided, and the sizes of the sets."),
}
_NOT_AT_FIRST = ("n_runs", "chance_percent", "n_genres", "note")
USUAL = tuple(name for name in COLUMNS if name not in _NOT_AT_FIRST)
_KEY, _CHOICE, _ADDRESS = "compare:columns", "choice:columns:compare", "columns"


def title(name: str) -> str:
    """What a column is called."""
    return str(COLUMNS[name]["label"])


def chosen_columns() -> tuple[str, ...] | None:
    """The visitor's own choice, in the order of the table; None where they made none."""
    linked = address_value(_ADDRESS)
    if linked is not None:
        asked = [name for name in linked.split(",") if name]
        known = [name for name in COLUMNS if name in asked]
        if unknown := len(set(asked) - set(known)):
            warn_of_link(f"The link asks for {unknown} column{'' if unknown == 1 else 's'} that the table has not.")
        st.session_state[_CHOICE] = known or None
        if not known or unknown:
            set_address_value(_ADDRESS, ",".join(known) or None)
    kept: Sequence[str] | None = st.session_state.get(_CHOICE)
    if kept is None:
        return None
    if linked is None:
        set_address_value(_ADDRESS, ",".join(kept))
    return tuple(dict.fromkeys(("name", *kept)))


def columns_popover() -> tuple[str, ...] | None:
    """Where columns are chosen; returns the choice, None for the usual columns as far as there is something in them."""
    chosen = chosen_columns()
    st.session_state[_KEY] = [name for name in (chosen or USUAL) if name != "name"]
    with st.popover("Columns", icon=":material/view_column:", key="compare:columns-popover"):
        st.multiselect(
            "Columns beside the name",
            [name for name in COLUMNS if name != "name"],
            format_func=title,
            key=_KEY,
            on_change=_changed,
            help="Your choice alone: it stands in the address of this page, and others see their own.",
            width=420,
        )
        st.button("Usual columns", icon=":material/restart_alt:", disabled=chosen is None, on_click=_reset)
    return chosen


def _changed() -> None:
    wanted = set(st.session_state[_KEY])
    chosen = [name for name in COLUMNS if name in wanted]
    if set(chosen) == set(USUAL) - {"name"} or not chosen:
        _reset() if chosen else _keep(["name"])
        return
    _keep(chosen)


def _keep(chosen: list[str]) -> None:
    st.session_state[_CHOICE] = chosen
    set_address_value(_ADDRESS, ",".join(chosen))


def _reset() -> None:
    st.session_state[_CHOICE] = None
    set_address_value(_ADDRESS, None)


def shown_columns(chosen: tuple[str, ...] | None, rows: Sequence[FoldedRuns]) -> list[str]:
    """Columns to draw: those chosen, or the usual ones that say something of these rows."""
    if chosen is not None:
        return list(chosen)
    runs = [run for row in rows for run in row.runs]
    says_nothing = {
        "synthetic": not any(run.synthetic for run in runs),
        "origin": not any(run.shipped or run.imported_from for run in runs),
        "spread_percent": all(row.kind == "single" for row in rows),
        "tags": not any(run.tags for run in runs),
        "prediction_ms": all(run.prediction_ms is None for run in runs),
    }
    return [name for name in USUAL if not says_nothing.get(name, False)]
