"""Confusion: the folds and the seeds of one training laid on each other."""

import pytest

from core.clips.collection import Collection
from core.evaluation.confusion.matrices import sum_matrices
from core.experiments.aggregate import spread
from core.models.architectures import FfnnConfig
from core.queue.launch import train_here
from core.runs.results import load_predictions
from core.splits.config import SplitConfig
from dashboard.sentences.runs import spread_text
from tests.pages.apps import chart_rows, metrics, run_page, texts
from tests.pages.conftest import quick_config


def test_folds_and_seeds_are_summed_with_what_they_come_to(own_extracted: Collection) -> None:
    def train(fold: int, seed: int) -> str:
        split = SplitConfig(n_folds=2, fold=fold, seed=5)
        made = quick_config(own_extracted, model=FfnnConfig(units=(4,)), epochs=1, split=split, seed=seed)
        return train_here(made).id

    first, second, other_seed = train(1, 3), train(2, 3), train(1, 4)
    for shown, ids in (("folds", (first, second)), ("seeds", (first, other_seed))):
        app = run_page("confusion", run=first, show=shown)
        whole = sum_matrices([load_predictions(run_id) for run_id in ids])
        cells = chart_rows(app)
        for _, cell in cells.iterrows():
            assert cell["n"] == whole.matrix.loc[cell["actual"], cell["predicted"]]
        assert f"2 {shown} summed" in [
            option.content for each in app.get("button_group") for option in each.proto.options
        ]
    written, shown_figures = texts(app), metrics(app)
    assert shown_figures["Test clips"] == f"{whole.n_clips}"
    assert "counts once for each in the matrix" in written
    accuracies = [float((load_predictions(each).table.eval("actual == predicted")).mean()) for each in ids]
    assert shown_figures["Mean accuracy"] == spread_text(spread(accuracies))
    (table,) = [frame.value for frame in app.dataframe if "Recall" in frame.value]
    assert "95 % interval" not in table  # verdicts on one clip are not independent
    pooled = run_page("confusion", run=first, show="folds")
    right = sum((load_predictions(each).table.eval("actual == predicted")).sum() for each in (first, second))
    assert metrics(pooled)["Correct clips"] == f"{right} of 24"
    assert float(metrics(pooled)["Test accuracy"].split()[0]) == pytest.approx(100 * right / 24, abs=0.05)
    assert "2 folds pooled" in texts(pooled)
