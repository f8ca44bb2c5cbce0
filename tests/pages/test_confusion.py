import pytest

from core.clips.collection import Collection
from core.errors import CollectionError
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.evaluation.ordering import biggest_confusions
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.models.architectures import FfnnConfig
from core.queue.launch import train_here
from core.runs.results import load_predictions
from core.runs.store import get_run
from core.splits.config import SplitConfig
from dashboard import services
from dashboard.charts.runs.matrix import SELECTION
from tests.pages.apps import (
    as_numbers,
    chart_rows,
    charts,
    checked,
    labels,
    metrics,
    players,
    query,
    run_page,
    seen_size,
    texts,
)
from tests.pages.conftest import RunsHome, quick_config


def test_without_runs_the_way_to_training_is_shown() -> None:
    app = run_page("confusion")
    assert "No finished run yet" in texts(app)
    assert not charts(app)


def test_the_figures_are_those_of_core(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    result = get_run(runs_home.cnn).result
    assert result is not None
    shown = metrics(app)
    assert shown["Test accuracy"] == f"{100 * result.accuracy:.1f} %"
    assert shown["95 % interval"] == f"{100 * result.interval[0]:.0f} to {100 * result.interval[1]:.0f} %"
    assert shown["Correct clips"] == f"{result.n_correct} of {result.n}"
    assert shown["Chance"] == f"{100 * result.chance:.1f} %"
    assert result.protocol in texts(app)
    predictions = load_predictions(runs_home.cnn)
    counts = confusion_matrix(predictions)
    cells = chart_rows(app)
    assert len(cells) == 9
    for _, cell in cells.iterrows():
        assert cell["n"] == counts.loc[cell["actual"], cell["predicted"]]
    recalls = recall_by_genre(predictions)
    (table,) = [frame.value for frame in app.dataframe if "Recall" in frame.value]
    assert as_numbers(table["Recall"]) == pytest.approx(as_numbers(100 * recalls["recall"]))


def test_a_cell_of_the_url_lists_its_clips_with_sound_and_probabilities(runs_home: RunsHome) -> None:
    predictions = load_predictions(runs_home.cnn)
    row = predictions.table.iloc[0]
    app = run_page("confusion", run=runs_home.cnn, actual=row["actual"], predicted=row["predicted"])
    same = predictions.table[
        (predictions.table["actual"] == row["actual"]) & (predictions.table["predicted"] == row["predicted"])
    ]
    (table,) = [frame.value for frame in app.dataframe if "Clip" in frame.value]
    assert table["Clip"].tolist() == same.sort_values(row["predicted"], ascending=False)["clip"].tolist()
    (first,) = heard = labels(app, "audio")
    assert first == table["Clip"][0]
    drawn = chart_rows(app, 1).set_index("genre")["probability"].to_dict()
    expected = same.set_index("clip").loc[first, list(predictions.genres)].to_dict()
    assert drawn == pytest.approx(expected)
    assert [player["picture"]["alt"] for player in players(app)] == [f"Mel spectrogram of {name}" for name in heard]


def test_the_spectrograms_are_those_that_the_run_was_trained_on(own_extracted: Collection) -> None:
    few_bands = MelSpectrogram(n_mels=32)
    extract(own_extracted, [few_bands], n_workers=1)
    run = train_here(quick_config(own_extracted, front_end=few_bands, model=FfnnConfig(units=(4,)), epochs=1))
    row = load_predictions(run.id).table.iloc[0]
    app = run_page("confusion", run=run.id, actual=row["actual"], predicted=row["predicted"])
    assert seen_size(players(app)[0])[1] == 32


def test_the_lists_choose_a_cell_without_a_mouse(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    app.selectbox(key="confusion:actual").set_value("hiss").run()
    app.selectbox(key="confusion:predicted").set_value("bass").run()
    checked(app)
    assert query(app)["actual"] == "hiss"
    assert query(app)["predicted"] == "bass"
    assert "hiss predicted as bass" in texts(app)


def test_the_worst_pairs_are_buttons(runs_home: RunsHome) -> None:
    worst = biggest_confusions(confusion_matrix(load_predictions(runs_home.ffnn)))
    app = run_page("confusion", run=runs_home.ffnn, actual="hiss", predicted="hiss")
    shown = [button for button in app.button if button.key and button.key.startswith("confusion:pair")]
    assert [button.label for button in shown] == [
        f"{pair.actual} → {pair.predicted} · {pair.n} of {pair.n_actual}" for pair in worst
    ]
    if worst:
        shown[0].click().run()
        assert query(checked(app))["predicted"] == worst[0].predicted


@pytest.mark.parametrize("name", ["actual", "predicted"])
def test_a_link_to_an_unknown_genre_is_warned_of(runs_home: RunsHome, name: str) -> None:
    app = run_page("confusion", run=runs_home.cnn, **{"actual": "bass", "predicted": "bass", name: "polka"})
    assert f"the {name} genre “polka”" in app.warning[0].value
    assert "polka" not in query(app).values()


def test_a_link_to_an_unknown_run_shows_another(runs_home: RunsHome) -> None:
    app = run_page("confusion", run="nonsense")
    assert "“nonsense”" in app.warning[0].value
    assert app.selectbox(key="linked:run").value in {runs_home.cnn, runs_home.ffnn, runs_home.other_seed}
    assert "run" not in query(app)


def test_a_link_to_a_failed_run_says_that_it_has_no_results(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.failed)
    assert "is failed and has no results" in app.warning[0].value
    assert "run" not in query(app)


def test_probabilities_stay_when_the_collection_is_gone(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str, **_how: object) -> None:
        raise CollectionError("There is no collection 'tiny'.")

    monkeypatch.setattr(services, "collection", gone)
    row = load_predictions(runs_home.cnn).table.iloc[0]
    app = run_page("confusion", run=runs_home.cnn, actual=row["actual"], predicted=row["predicted"])
    assert "cannot be played or seen: There is no collection 'tiny'" in app.warning[0].value
    assert not labels(app, "audio")
    assert set(chart_rows(app, 1)["genre"]) == {"bass", "hiss", "treble"}


def test_row_per_cent_and_similarity_change_the_picture_only(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    app.button_group(key="confusion:cells").set_value("row per cent").run()
    app.button_group(key="confusion:order").set_value("similarity").run()
    cells = chart_rows(checked(app))
    counts = confusion_matrix(load_predictions(runs_home.cnn))
    for _, cell in cells[cells["n"] > 0].iterrows():
        assert cell["text"] == f"{100 * cell['n'] / counts.loc[cell['actual']].sum():.0f}"
    assert SELECTION in charts(app)[0]


def test_another_run_without_the_genre_starts_at_its_own_worst_cell(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, actual="hiss", predicted="hiss")
    app.selectbox(key="linked:run").set_value(runs_home.other_seed).run()
    checked(app)
    assert query(app)["run"] == runs_home.other_seed
    assert not app.warning
    assert app.selectbox(key="confusion:actual").options == ["Every genre", "bass", "treble"]


def test_the_cell_is_found_again_after_a_visit_elsewhere(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, actual="hiss", predicted="bass")
    app.query_params.clear()
    app.switch_page("../pages/compare.py").run()
    checked(app).query_params.clear()
    app.switch_page("../pages/confusion.py").run()
    assert query(checked(app)) == {"run": runs_home.cnn, "actual": "hiss", "predicted": "bass"}


def test_an_excerpt_is_heard_and_seen_as_part_of_its_clip(own_extracted: Collection) -> None:
    split = SplitConfig(protocol="segment-random", n_excerpts=5)
    run = train_here(quick_config(own_extracted, model=FfnnConfig(units=(4,)), epochs=1, split=split))
    row = load_predictions(run.id).table.iloc[0]
    app = run_page("confusion", run=run.id, actual=row["actual"], predicted=row["predicted"])
    assert metrics(app)["Correct excerpts"].endswith("of 24")
    assert "test excerpts of" in texts(app)
    assert "Segments of one recording are not independent either" in texts(app)
    player = players(app)[0]
    number = int(player["name"].split(" @ ")[1].split(" ")[0])
    track = player["track"]
    assert (track["start"], track["duration"], track["isPart"]) == (pytest.approx((number - 1) * 0.5), 0.5, True)
    # 54 frames of music: each excerpt is drawn by itself.
    assert seen_size(players(app)[0])[0] == pytest.approx(54 / 5, abs=1)
