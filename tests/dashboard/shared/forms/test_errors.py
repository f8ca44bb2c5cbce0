"""Every message about a setting finds its input and its tab."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.models.base import ModelConfig
from core.splits.config import SplitConfig
from dashboard.shared.forms.fields import field_of, fields_for, part_of
from dashboard.shared.forms.values import all_front_end_values, training_values
from dashboard.train.form.presets import form_presets
from dashboard.train.form.split import split_values
from dashboard.train.form.training_form import TABS
from tests.core.test_error_fields import KINDS, SINGLE, SPLITS, TOGETHER, single_faults
from tests.waiting import LIMIT_S

ABOVE_THE_TABS = {"genres", "name"}
CONTAINER = "flex_container"


def inputs(kind: str) -> set[str]:
    """Fields of all inputs of the form for a kind of model."""
    config = next(
        preset.configure("any", ("a", "b")) for preset in form_presets().values() if preset.model.kind == kind
    )
    keys = [*training_values(config), *split_values(SplitConfig())]
    for name in ("front_end", "numeric_front_end"):
        keys += all_front_end_values(f"train:{name}")
    return {field_of(key) for key in keys} | ABOVE_THE_TABS


def whole_path(kind: type[Any], name: str) -> tuple[str, str]:
    """Kind of model for whose form it is, and the whole path of a setting of one of the parts."""
    parts = {"SegmentConfig": "segments", "AugmentationConfig": "augmentation", "OptimisationConfig": "optimisation"}
    if kind.__name__ in parts:
        return "cnn", f"{parts[kind.__name__]}.{name}"
    if issubclass(kind, ModelConfig):
        return kind().kind, f"model.{name}"
    return "cnn", f"front_end.{name}"


WALKED = {
    *(whole_path(kind, name) for kind, name, _ in single_faults() if name != "cnn"),
    *(("hybrid", f"model.cnn.{name}") for kind, name, _ in single_faults() if kind is KINDS[0]),
    *(("cnn", name) for name in SINGLE),
    *(("cnn", f"split.{field}") for _, field in SPLITS),
    *((getattr(changes.get("model"), "kind", "cnn"), field) for changes, field in TOGETHER),
}


@pytest.mark.parametrize(("kind", "field"), sorted(WALKED))
def test_each_message_has_an_input_and_a_tab(kind: str, field: str) -> None:
    own = [name for name in fields_for(field) if name.count(".") >= field.count(".")]
    assert set(own) & inputs(kind), field
    assert part_of(field, TABS) or field in ABOVE_THE_TABS


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("train:epochs", "epochs"),
        ("train:optimise_momentum", "optimisation.momentum"),
        ("train:segment_length_s", "segments.length_s"),
        ("train:cnn_block_dropout", "model.cnn.block_dropout"),
        ("train:filters_3", "model.cnn.filters"),
        ("train:pool_bands", "model.cnn.pool"),
        ("train:pool_bands_0", "model.cnn.pools"),
        ("train:ffnn_input_dropout", "model.input_dropout"),
        ("train:svm_gamma_own", "model.gamma"),
        ("train:front_end:mel:fmax_hz_own", "front_end.fmax_hz"),
        ("gallery:front_end:kind", "front_end.kind"),
        ("train:numeric_front_end:gtzan57:variant", "numeric_front_end.variant"),
        ("train:test_percent", "split.test_fraction"),
    ],
)
def test_an_input_is_known_by_its_field(key: str, field: str) -> None:
    assert field_of(key) == field


def page() -> None:
    """A form of two tabs with three inputs; which message is raised stands in the session."""
    import streamlit as st

    from core.errors import ConfigError
    from dashboard.shared.forms.errors import FormErrors
    from dashboard.shared.forms.inputs import number

    for key in ("train:epochs", "train:seed", "train:n_folds"):
        st.session_state.setdefault(key, 1)
    errors = FormErrors(st.container(), {"One": ("epochs", "seed"), "Two": ("split",)})
    marks = st.empty()
    tabs = dict(zip(("One", "Two"), st.tabs(["One", "Two"]), strict=True))
    errors.show_marks(marks, {name: tab.container(key=f"top-{name}") for name, tab in tabs.items()}, {"Two": "Second"})
    with errors.open():
        with tabs["One"]:
            number("Epochs", "train:epochs", 1, 9, 1)
            number("Seed", "train:seed", 1, 9, 1)
        with tabs["Two"]:
            number("Folds", "train:n_folds", 1, 9, 1)
        with errors.heed():
            raise ConfigError("Not [so](x).", field=st.session_state["raised"])
    errors.close()
    st.caption(f"first: {errors.first}")


@pytest.mark.parametrize(
    ("field", "after", "mark"),
    [
        ("epochs", "Epochs", "One"),
        ("seed", "Seed", "One"),
        ("split.n_folds", "Folds", "Second"),
        ("split.file", "", "Second"),
        ("elsewhere", "", ""),
    ],
)
def test_a_message_stands_below_its_input_and_its_tab_is_marked(field: str, after: str, mark: str) -> None:
    app = AppTest.from_function(page, default_timeout=LIMIT_S)
    app.session_state["raised"] = field
    app.run()
    assert not app.exception
    assert [error.value for error in app.error] == [r"Not \[so\](x)."]
    types = [element.type for element in app.main]
    # The place is a container: an empty element below a switch would change where the switch stands in its row.
    assert all(types[place + 1] == CONTAINER for place, name in enumerate(types) if name == "number_input")
    shown = [element for element in app.main if element.type != CONTAINER]
    order = [getattr(element, "label", "") if element.type == "number_input" else element.type for element in shown]
    place = order.index("error")
    above = [name for name in order[:place] if name in ("Epochs", "Seed", "Folds")]
    assert (above[-1] if above and order[place - 1] == above[-1] else "") == after
    badges = [element.value for element in app.main if element.type == "markdown"]
    assert [text for text in badges if "badge" in text] == ([f":red-badge[:material/block: {mark}]"] if mark else [])
    assert "first: Not" in app.caption[0].value
