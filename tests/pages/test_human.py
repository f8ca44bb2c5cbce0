"""Human?: the quiz without a hint of what is heard, and what the confusions say."""

import base64
import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.evaluation.adviser.choices import rank_choices, rank_matrix_choices
from core.evaluation.adviser.words import borne_out_sentence, choice_sentence
from core.evaluation.human.kinship import kinship_of_mistakes, kinship_sentence, literature_kinship
from core.evaluation.human.listeners import merge_answers
from core.evaluation.human.quiz import QuizAnswers, choose_quiz, read_answers
from core.evaluation.published import STUDY
from core.models.architectures import FfnnConfig
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from core.runs.results import load_predictions
from core.runs.store import delete_run, get_run
from core.splits.config import SplitConfig
from dashboard import sounds
from dashboard.human import adviser_training
from dashboard.human.quiz_session import QuizInHand
from dashboard.human.quiz_sound import NAME
from dashboard.sentences.wording import name_with_seed
from dashboard.shared.genre_picker import TO_TRAIN
from tests.pages.apps import chart_rows, charts, checked, labels, metrics, players, rendered, run_page, texts
from tests.pages.conftest import RunsHome, ShippedHome, quick_config

OF_COLLECTION = "All clips of a collection"


def sent(app: AppTest) -> bytes:
    """All that the browser is sent of the page, addresses and data of components among it."""
    parts = []
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if proto is not None and hasattr(proto, "SerializeToString"):
            parts.append(proto.SerializeToString())
    return b"\n".join(parts)


def traces(name: str) -> list[bytes]:
    """A name as it is, and as it stands within a text in base64, wherever it begins there."""
    found = [name.encode()]
    for n_before in range(3):
        encoded = base64.urlsafe_b64encode(b"-" * n_before + name.encode()).rstrip(b"=")
        found.append(encoded[(0, 2, 3)[n_before] : -2])
    return found


def names_in(app: AppTest, collection: Collection) -> set[str]:
    content = sent(app)
    assert len(content) > 1_000
    return {
        clip.name
        for clip in collection.clips
        if any(trace in content for trace in (*traces(clip.name), *traces(f"{clip.path}")))
    }


def hand(app: AppTest) -> QuizInHand:
    found: QuizInHand = app.session_state["human:quiz"]
    return found


def sound(app: AppTest) -> dict[str, object]:
    (proto,) = [element.proto for element in app.get("bidi_component") if element.proto.component_name == NAME]
    found: dict[str, object] = json.loads(proto.json)
    return found


def begin(app: AppTest, *, of: str = "") -> AppTest:
    if of:
        checked(app.button_group(key=source_key(app)).set_value(of).run())
    app.number_input(key="human:quiz:seed").set_value(7).run()
    return checked(app.button(key="human:quiz:begin").click().run())


def source_key(app: AppTest) -> str:
    return next(str(each.key) for each in app.button_group if str(each.key).startswith("human:quiz:source"))


def answer_all(app: AppTest, said: int) -> AppTest:
    """Every clip heard once and taken for the genre at that place."""
    while not hand(app).is_over:
        checked(app.button(key="human:play").click().run())
        checked(app.button(key=f"human:answer:{said}").click().run())
    return app


def test_nothing_tells_which_clip_is_heard(runs_home: RunsHome) -> None:
    app = begin(run_page("human", run=runs_home.cnn), of=OF_COLLECTION)
    assert not names_in(app, runs_home.collection)
    assert app.button(key="human:answer:0").disabled
    assert sound(app) == {"address": "", "plays": 0}
    checked(app.button(key="human:play").click().run())
    assert not names_in(app, runs_home.collection)
    first = sound(app)
    assert first["plays"] == 1
    token = str(first["address"]).rsplit("/", 1)[1]
    served = sounds._served[token].content()
    assert served is not None
    content, mime = served
    assert (content[:4], mime) == (b"RIFF", "audio/wav")
    assert len(content) == pytest.approx(2 * 2.5 * 22_050, abs=100)
    checked(app.button(key="human:play").click().run())
    assert sound(app) == first | {"plays": 2}
    assert "Heard twice" in texts(app)
    checked(app.button(key="human:answer:1").click().run())
    assert not names_in(app, runs_home.collection)
    assert sound(app) == {"address": "", "plays": 0}
    assert token not in sounds._served  # the address ended with its question
    (given,) = hand(app).answers.answers
    assert (given.genre, given.n_plays) == (runs_home.collection.genres[1], 2)
    # What is looked for is found once it may be known.
    app.button(key="human:end").click().run()
    assert given.clip in names_in(checked(app), runs_home.collection)


def test_answers_by_key_are_those_of_the_genres(runs_home: RunsHome) -> None:
    app = begin(run_page("human", run=runs_home.cnn), of=OF_COLLECTION)
    buttons = [app.button(key=f"human:answer:{place}") for place in range(3)]
    assert [button.label for button in buttons] == list(runs_home.collection.genres)
    assert [button.proto.shortcut for button in buttons] == ["1", "2", "3"]
    assert app.button(key="human:play").proto.shortcut == "p"


def test_an_answer_can_be_taken_back_and_none_is_given_unheard(runs_home: RunsHome) -> None:
    app = begin(run_page("human", run=runs_home.cnn), of=OF_COLLECTION)
    hand(app).answer("bass")
    assert hand(app).answers.answers == ()
    checked(app.button(key="human:play").click().run())
    checked(app.button(key="human:answer:0").click().run())
    checked(app.switch_page("../pages/compare.py").run())
    checked(app.switch_page("../pages/human.py").run())
    assert [element.proto.text for element in app.get("progress")] == ["Clip 2 of 20"]
    checked(app.button(key="human:back").click().run())
    assert hand(app).answers.answers == ()
    assert hand(app).n_plays == 1


def test_a_clip_that_cannot_be_played_is_left_out_without_its_name(own_extracted: Collection) -> None:
    app = begin(run_page("human"))
    asked = hand(app).answers.next_clip
    path = own_extracted.by_name[str(asked)].path
    assert path is not None
    path.write_bytes(b"no sound")
    checked(app.button(key="human:play").click().run())
    assert "This clip cannot be played here" in texts(app)
    assert not names_in(app, own_extracted)
    n = len(hand(app).answers.quiz.clips)
    checked(app.button(key="human:leave-out").click().run())
    assert len(hand(app).answers.quiz.clips) == n - 1
    assert asked not in hand(app).answers.quiz.clips


def test_the_result_is_that_of_core_beside_the_model_on_the_same_clips(own_extracted: Collection) -> None:
    config = quick_config(
        own_extracted, model=FfnnConfig(units=(4,)), epochs=1, split=SplitConfig(test_fraction=0.5), name="Half"
    )
    run = train_here(config)
    predictions = load_predictions(run.id)
    app = begin(run_page("human", run=run.id))
    assert set(hand(app).answers.quiz.clips) <= set(predictions.table["clip"])
    answer_all(app, 0)
    answers, material = hand(app).answers, hand(app).material
    merged = merge_answers({"x": answers}, material.truth, material.genres)
    n, n_correct = merged.n_answers, int(merged.matrix.to_numpy().trace())
    assert metrics(app)["Correct clips"] == f"{n_correct} of {n}"
    table = predictions.table[predictions.table["clip"].isin(answers.quiz.clips)]
    drawn = chart_rows(app, 0).set_index("run")
    assert drawn.loc["Your ear", "accuracy"] == pytest.approx(n_correct / n)
    assert drawn.loc["Half", "accuracy"] == pytest.approx((table["actual"] == table["predicted"]).mean())
    assert (drawn["n"] == n).all()
    assert "Your ear and Half" in texts(app)
    assert labels(app, "audio")  # mistakes may be heard again
    (player,) = players(app)
    wrong = [each.clip for each in answers.answers if each.genre != material.truth[each.clip]]
    assert [track["name"] for track in player["track"]["queue"]] == wrong
    saved = read_answers(answers.to_json().encode(), "x.json")
    assert saved == answers
    # The same answers, opened again, show the same result; half of them go on where they were.
    app = run_page("human", run=run.id)
    app.file_uploader(key="human:quiz:uploads:0").set_value(("all.json", answers.to_json().encode(), "text/json")).run()
    assert metrics(checked(app))["Correct clips"] == f"{n_correct} of {n}"
    half = replace(answers, answers=answers.answers[:4])
    app = run_page("human", run=run.id)
    app.file_uploader(key="human:quiz:uploads:0").set_value(("x.json", half.to_json().encode(), "text/json")).run()
    assert hand(checked(app)).answers.next_clip == answers.quiz.clips[4]
    # A class: two listeners laid together.
    second = replace(answers, listener="another")
    app = run_page("human", run=run.id)
    files = [(f"{each.listener}.json", each.to_json().encode(), "text/json") for each in (answers, second)]
    checked(app.file_uploader(key="human:class").set_value(files).run())
    assert f"2 listeners gave {2 * n} answers on {n} clips" in texts(app)
    assert metrics(app)["Correct clips"] == f"{n_correct} of {n}"


def test_a_file_on_other_clips_is_refused_without_naming_one(runs_home: RunsHome) -> None:
    truth = {f"clip{number}": "ab"[number % 2] for number in range(12)}
    other = QuizAnswers(quiz=choose_quiz(truth, ("a", "b"), n=10, seed=0, listen_s=5.0), listener="x")
    app = run_page("human", run=runs_home.cnn)
    checked(app.button_group(key=source_key(app)).set_value(OF_COLLECTION).run())
    for count, (content, said) in enumerate(
        [
            (other.to_json().encode(), "10 of the 10 clips of its quiz are no clips of"),
            (b"nonsense", "is not JSON"),
        ]
    ):
        app.file_uploader(key=f"human:quiz:uploads:{count}").set_value(("x.json", content, "text/json")).run()
        assert said in texts(checked(app))
    assert "human:quiz" not in app.session_state


def test_too_few_clips_to_hear_are_counted(runs_home: RunsHome) -> None:
    n = len(load_predictions(runs_home.cnn).table)
    assert n < 10
    app = run_page("human", run=runs_home.cnn)
    assert "24 clips of 3 genres can be asked" in texts(app)  # what can be heard comes first
    app.button_group(key=source_key(app)).set_value("Test clips of the run").run()
    assert f"of the {n} test clips" in texts(checked(app))


def test_without_the_music_or_any_run_the_way_is_shown(home: object) -> None:
    app = run_page("human")
    assert "The study's CNN (published)" in str(app.selectbox[0].options)
    assert app.selectbox[0].value == "study"


def test_shipped_runs_without_their_music_say_how_many_clips_are_here(shipped_home: ShippedHome) -> None:
    assert "0 can be heard here" in texts(run_page("human", run=shipped_home.cnn))


def test_kinship_of_the_studys_matrix() -> None:
    app = run_page("human", run="study", tab="Kinship")
    result = kinship_of_mistakes(STUDY.matrix, literature_kinship())
    assert result.correlation.value is not None
    assert metrics(app)["Rank correlation"] == f"{result.correlation.value:.2f}"
    assert kinship_sentence(result).split(":")[0].split(" (")[0] in texts(app)
    assert "A. Baraka (L. Jones)" in texts(app).replace("\\", "")
    assert app.dataframe[1].value["kinship"].max() == 3


def test_kinship_by_a_table_of_ones_own(runs_home: RunsHome) -> None:
    app = run_page("human", run=runs_home.cnn, tab="Kinship")
    assert "At least three genres with test clips must be in" in texts(app)
    content = b"genre_a,genre_b,kinship,source\nbass,hiss,0\nbass,treble,2,me\nhiss,treble,1\n"
    app.file_uploader(key="human:kinship:uploads:0").set_value(("own.csv", content, "text/csv")).run()
    assert metrics(checked(app))["Pairs of genres"] == "3"
    app.file_uploader(key="human:kinship:uploads:1").set_value(("bad.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert "expected a first line with the columns" in texts(checked(app)).replace("\\", "")
    assert metrics(app)["Pairs of genres"] == "3"  # the table that could be read stays
    app.button(key="human:lit").click().run()
    assert "At least three genres" in texts(checked(app))


def test_family_trees_of_a_run_and_their_agreement(extracted: Collection, runs_home: RunsHome) -> None:
    app = run_page("human", run=runs_home.cnn, tab="Family tree")
    assert "By confusions" in texts(app)
    assert len(charts(app)) >= 1
    assert "No tree by embeddings" in texts(app)
    families = app.dataframe[0].value
    assert set(families["Tree by"]) >= {"confusions"}


def test_advice_on_the_studys_matrix() -> None:
    app = run_page("human", run="study", tab="Adviser")
    ranking = rank_matrix_choices(STUDY.matrix, 3)
    assert choice_sentence(ranking)[:40] in texts(app)
    assert "Trained anew without them, it was right for 113 of 140 clips" in texts(app)
    assert app.dataframe[0].value["Left out"].iloc[0] == ", ".join(ranking.choices[0].dropped)
    steps = chart_rows(app)
    assert set(steps["genres"]) == set(range(2, 11))
    checked(app.button_group(key="human:advice:kind").set_value("Merge two by two").run())
    assert chart_rows(app)["changed"].str.contains(" with ").sum() == 3 * 8


def test_advice_on_a_run(runs_home: RunsHome) -> None:
    app = run_page("human", run=runs_home.cnn, tab="Adviser")
    table = app.dataframe[0].value
    assert table["Left out"].nunique() == 3
    checked(app.button(key="human:advice:set-up").click().run())
    assert "Train a model to tell genres apart" in texts(app)
    chosen = next(each.value for each in app.button_group if str(each.key).startswith(f"{TO_TRAIN}:"))
    assert set(chosen) == set(runs_home.collection.genres) - {table["Left out"].iloc[0]}
    two = checked(run_page("human", run=runs_home.other_seed, tab="Adviser"))
    assert "At least three genres with test clips are needed" in texts(two)


def test_the_advice_is_trained_by_one_click_and_held_against_its_estimate(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[TrainingConfig] = []
    monkeypatch.setattr(adviser_training, "start_training", lambda config, token: started.append(config))
    app = run_page("human", run=runs_home.cnn, tab="Adviser")
    checked(app.button(key="human:advice:train").click().run())
    before = get_run(runs_home.cnn).config
    dropped = app.dataframe[0].value["Left out"].iloc[0]
    assert started == [replace(before, genres=tuple(genre for genre in before.genres if genre != dropped))]
    run = train_here(started[0])
    try:
        app = run_page("human", run=runs_home.cnn, tab="Adviser")
        score = rank_choices(load_predictions(runs_home.cnn), 1).choices[0].score
        assert run.result is not None
        assert borne_out_sentence(score, run.result, name=name_with_seed(run)) in rendered(texts(app))
        assert not [each for each in app.button if each.key == "human:advice:train"]
    finally:
        delete_run(run.id)
