"""Where to go on follows from what is there."""

from dataclasses import replace

from core.collections.registry import CollectionSummary
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.honest import best_honest
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard.sentences.overview import NextStep, Situation, newest_text, next_step, visit_text
from tests.dashboard.made_up import finished

MUSIC = CollectionSummary("tiny", "Tiny", "folder", 24, ("blues", "jazz"), "", "", False, True, 0)


def after(*runs: Run, collection: CollectionSummary | None = MUSIC, lacking: int = 0, may: bool = True) -> NextStep:
    return next_step(Situation(collection=collection, n_without_features=lacking, runs=runs, may_change=may))


def on(run: Run, protocol: str) -> Run:
    return replace(run, config=replace(run.config, split=SplitConfig(protocol=protocol)))  # type: ignore[arg-type]


def few(run: Run) -> Run:
    return replace(
        run, result=TestResult(n_correct=5, n=6, interval=wilson_interval(5, 6), chance=0.5, protocol="by clip")
    )


def test_the_next_step_is_what_is_missing() -> None:
    cnn, ffnn = finished("CNN", 30), finished("FFNN", 22)
    running = replace(cnn, id="r", status="running", result=None)
    assert after(collection=None).title == "Get music"
    assert after(running, lacking=3).query == {"run": "r"}
    assert after(lacking=3).page == "explore"
    assert "3 clips of Tiny" in after(lacking=3).text
    assert after().query == {"collection": "tiny", "view": "Set up", "preset": "study-cnn"}
    assert after(cnn).query["preset"] == "study-ffnn"
    assert "1 run finished, none of them an FFNN." in after(cnn).text
    assert after(ffnn).query["preset"] == "study-cnn"
    assert after(replace(cnn, shipped=True), replace(ffnn, shipped=True)).title == "Train a CNN"
    elsewhere = replace(ffnn, collection_fingerprint="g")
    assert after(cnn, elsewhere).title == "Make the two comparable"
    assert after(few(cnn), few(ffnn)).title == "Test on more clips"
    assert after(few(cnn), few(ffnn)).query == {"reuse": cnn.id}
    assert after(cnn, ffnn).query == {"tab": "Leak meter"}
    strict = after(on(cnn, "artist"), on(ffnn, "artist"))
    assert (strict.page, strict.query) == ("confusion", {"run": cnn.id})


def test_one_genre_cannot_be_learnt() -> None:
    assert after(collection=replace(MUSIC, genres=("blues",))).title == "Bring a second genre"


def test_who_may_not_change_anything_is_sent_to_look() -> None:
    cnn = finished("CNN", 30)
    assert after(cnn, may=False, lacking=3).page == "confusion"
    assert after(may=False).page == "gallery"
    assert after(may=False, collection=None).page == "guide"


def test_names_are_no_markdown() -> None:
    named = replace(MUSIC, title="[x](//y) **b**")
    assert "\\[x\\](//y) \\*\\*b\\*\\*" in after(collection=named).text
    assert "\\[x\\]" in after(collection=named, lacking=1).text


def test_a_visit_is_told_by_what_was_seen() -> None:
    known = {"collections": {"tiny": "Tiny"}, "runs": {"r1": "Study CNN", "r2": "Other"}}
    cell = {"run": "r1", "actual": "blues", "predicted": "rock"}
    assert visit_text("Confusion", cell, **known) == "Confusion · Study CNN · blues taken for rock"
    right = {"run": "r1", "actual": "blues", "predicted": "blues"}
    assert visit_text("Confusion", right, **known) == "Confusion · Study CNN · blues told rightly"
    assert visit_text("Compare", {"runs": "r1,r2,gone"}, **known) == "Compare · 2 runs"
    seen = {"collection": "tiny", "view": "map", "clip": "jazz.1"}
    assert visit_text("Explore", seen, **known) == "Explore · map · Tiny · jazz.1"
    assert visit_text("Train", {"run": "gone"}, **known) == "Train"
    assert visit_text("Gallery", {"clip": "[x](//y)"}, **known) == "Gallery · \\[x\\](//y)"


def test_why_the_newest_is_not_first_is_said() -> None:
    best = best_honest([on(finished("CNN", 30), "artist")])
    assert best is not None
    newest = replace(finished("FFNN new", 39), created_at=9.0)
    assert newest_text(newest, best) == (
        "Newer, but not put first: FFNN new, because its split does not keep artists apart."
    )
    assert newest_text(best.run, best) == ""
