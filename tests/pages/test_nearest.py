"""Nearest clips on Explore, Confusion and Classify, and whether a song is unlike the training clips."""

import io

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.ears.network import Heard, MusicnnNetwork
from core.embeddings.ears import EARS, ears_embeddings, patch_embeddings
from core.embeddings.neighbours import NeighbourIndex
from core.embeddings.unlike import learn_unlikeness
from core.errors import FeatureError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.models.architectures import FfnnConfig
from core.prediction.stored_embeddings import embed_collection, run_embedding
from core.prediction.unlike import learn_for_run, learn_from_stored, run_unlikeness
from core.queue.launch import train_here
from core.runs.record import Run
from core.runs.results import load_predictions, load_split
from dashboard.sentences.neighbours import genres_sentence
from dashboard.sentences.unlike import unlike_sentence, usual_text
from tests.conftest import tone
from tests.pages.apps import checked, labels, run_page, texts
from tests.pages.conftest import quick_config


@pytest.fixture
def heard(own_extracted: Collection, ears: None) -> Collection:
    extract(own_extracted, [EARS], n_workers=1)
    return own_extracted


def trained(collection: Collection) -> Run:
    return train_here(quick_config(collection, model=FfnnConfig(units=(4,)), epochs=1))


def test_explore_lists_the_nearest_to_the_ears(heard: Collection) -> None:
    app = run_page("explore", collection=heard.id, view="nearest", features="musicnn", clip="bass.00002", count="5")
    index = NeighbourIndex([clip.name for clip in heard.clips], ears_embeddings(heard, heard.clips))
    expected = index.nearest_to("bass.00002", 5)
    (table,) = [frame.value for frame in app.dataframe if "distance" in frame.value]
    assert table["clip"].tolist() == [one.name for one in expected]
    assert table["distance"].to_numpy() == pytest.approx([one.distance for one in expected], abs=1e-6)
    assert genres_sentence(table["genre"].tolist(), own="bass") in texts(app)
    assert expected[0].name in labels(app, "audio")


def test_explore_offers_the_embedding_of_a_run_and_computes_it_when_asked(
    own_extracted: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(own_extracted)
    started: list[tuple[str, str]] = []
    monkeypatch.setattr("dashboard.shared.embeddings.start_embedding", lambda *given: started.append(given))
    given = {"collection": own_extracted.id, "view": "nearest", "features": f"run-{run.id}"}
    app = run_page("explore", **given)
    assert "24 of 24 clips" in texts(app)
    app.button(key=f"embed:embed-{own_extracted.id}-{run.id}").click().run()
    assert started == [(own_extracted.id, run.id)]
    embed_collection(own_extracted.id, run.id, n_workers=1)
    app = run_page("explore", **given)
    assert "the 4 units before the decision" in texts(app)
    assert any("distance" in frame.value for frame in app.dataframe)
    for view in ("map", "spread", "outliers"):
        run_page("explore", **(given | {"view": view}))


def test_confusion_shows_the_nearest_clips_of_the_training(own_extracted: Collection) -> None:
    run = trained(own_extracted)
    embed_collection(own_extracted.id, run.id, n_workers=1)
    row = load_predictions(run.id).table.iloc[0]
    cell = {"actual": row["actual"], "predicted": row["predicted"], "hear": row["clip"]}
    app = run_page("confusion", run=run.id, **cell)
    assert "Most like it in training" not in texts(app)
    checked(app.toggle(key="confusion:nearest").set_value(True).run())
    assert "**Most like it in training**" in texts(app)
    learnt = load_split(run.id)["train"]
    clips = own_extracted.clips
    vectors = FeatureStore(own_extracted.id, run_embedding(run)).load(clips)[:, :, 0]
    index = NeighbourIndex([clip.name for clip in clips], vectors)
    nearest = index.nearest_to(str(row["clip"]), 3, leave_out=set(index.names) - set(learnt))
    assert {one.name for one in nearest} <= set(labels(app, "audio"))


def upload(app: AppTest) -> AppTest:
    stream = io.BytesIO()
    soundfile.write(stream, tone(120.0, duration_s=6.0), 22_050, format="WAV")
    app.file_uploader(key="classify:uploader").upload("hum.wav", stream.getvalue(), "audio/wav").run()
    return checked(app)


def test_classify_finds_clips_like_the_song_and_says_how_unlike_it_is(heard: Collection) -> None:
    run = trained(heard)
    app = upload(run_page("classify", runs=run.id))
    assert "is not known yet" in texts(app)
    # The tiny collection trains on fewer clips than are needed.
    with pytest.raises(FeatureError, match="at least 20 clips"):
        learn_for_run(run.id)
    assert run_unlikeness(run.id) is None
    (table,) = [frame.value for frame in app.dataframe if "distance" in frame.value]
    samples = tone(120.0, duration_s=6.0, sr_hz=EARS.sr_hz)
    index = NeighbourIndex([clip.name for clip in heard.clips], ears_embeddings(heard, heard.clips))
    expected = index.nearest(patch_embeddings(samples).mean(axis=0), 10)
    assert table["clip"].iloc[0].startswith("bass")
    assert {*table["clip"]} & {one.name for one in expected}


def test_what_was_learnt_is_kept_and_said(heard: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embeddings.unlike.MIN_CLIPS", 10)
    run = trained(heard)
    learnt = learn_for_run(run.id)
    kept = run_unlikeness(run.id)
    assert learnt is not None
    assert kept is not None
    assert learnt.n_clips == kept.n_clips == run.split_sizes["train"]
    at_training = learn_from_stored(heard, [heard.clip(name) for name in load_split(run.id)["train"]], learnt.clip_s)
    assert at_training is not None
    np.testing.assert_allclose(at_training.distances, kept.distances, rtol=1e-4)
    n_patches: list[int] = []
    hear = MusicnnNetwork.hear

    def counting(network: MusicnnNetwork, patches: np.ndarray) -> Heard:
        n_patches.append(len(patches))
        return hear(network, patches)

    monkeypatch.setattr(MusicnnNetwork, "hear", counting)
    app = checked(upload(run_page("classify", runs=run.id)).run())
    # Tags, nearest clips and what is said below come of one hearing of 6 s.
    assert n_patches == [2]
    assert f"{learnt.n_clips} training clips)" in texts(app)
    assert "is not known yet" not in texts(app)


def test_without_the_ears_the_page_says_how_to_get_them(
    own_extracted: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(own_extracted)
    monkeypatch.setattr("core.features.musicnn.why_missing", lambda: "No weights. Run: pip install them")
    app = upload(run_page("classify", runs=run.id))
    assert "Run: pip install them" in texts(app)
    assert len(app.dataframe[0].value) == 1  # its answer


def test_sentences_follow_from_the_share() -> None:
    roots = np.random.default_rng(0).normal(size=(400, 5))
    learnt = learn_unlikeness(np.sign(roots) * roots**2, clip_s=30.0, learnt_from="400 clips")
    distances = learnt.distances
    assert "than 50 % of it (400 clips): nothing unusual" in unlike_sentence(learnt, float(distances[200]))
    assert usual_text(learnt, float(distances[200])) == "stranger than 50 % of 400 clips"
    assert "Take its verdict with caution." in unlike_sentence(learnt, float(distances[388]))
    assert "hardly met. Its verdict means little." in unlike_sentence(learnt, float(distances[-1]))
    assert "than all of it (400 clips)" in unlike_sentence(learnt, float(distances[-1]) + 1)
