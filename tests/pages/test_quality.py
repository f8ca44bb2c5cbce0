import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.annotations import annotations_path, load_exclusions
from core.collections.registry import load_collection
from core.importing.register import import_folder
from core.quality.check import check_collection
from core.quality.findings import Finding
from core.quality.store import QualityReport, load_report, quality_folder, save_report
from tests.pages.apps import checked, labels, metrics, run_page, texts


@pytest.fixture
def faulty(tiny_folder: Path) -> Collection:
    """The tiny folder with a copy under another genre, two silent clips and a short one, checked."""
    shutil.copy(tiny_folder / "bass" / "bass.00000.flac", tiny_folder / "treble" / "copy.flac")
    for name in ("silent1", "silent2"):
        soundfile.write(tiny_folder / "hiss" / f"{name}.wav", np.zeros(80_000, np.float32), 22_050)
    samples, sr_hz = soundfile.read(tiny_folder / "hiss" / "hiss.00001.flac")
    soundfile.write(tiny_folder / "hiss" / "short.flac", samples[: sr_hz // 2], sr_hz)
    collection = import_folder(tiny_folder)
    check_collection(collection.id, n_workers=1)
    return collection


def open_quality(collection: Collection) -> AppTest:
    return run_page("collections", collection=collection.id, tab="Quality")


def only(report: QualityReport, *kinds: str) -> QualityReport:
    findings = tuple(finding for finding in report.findings if finding.kind in kinds)
    return QualityReport(report.fingerprint, report.checked_at, report.n_clips, findings)


def report_of(collection: Collection) -> QualityReport:
    report = load_report(collection.id)
    assert report is not None
    return report


def keys(app: AppTest, start: str) -> list[str]:
    return [button.key for button in app.button if (button.key or "").startswith(start)]


def test_an_unchecked_collection_says_what_would_be_done(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("dashboard.collection.quality_panel.start_check", asked.append)
    app = open_quality(tiny_collection)
    assert "Not checked yet" in texts(app)
    assert app.button(key="quality-check").label == "Check this collection"
    assert "None: every clip is used" in texts(app)
    assert not app.metric  # the other tab is not drawn
    app.button(key="quality-check").click().run()
    checked(app)
    assert asked == [tiny_collection.id]


def test_findings_are_counted_by_kind(faulty: Collection) -> None:
    report = report_of(faulty)
    app = open_quality(faulty)
    counts = {kind: sum(finding.kind == kind for finding in report.findings) for kind in ("exact", "silent")}
    assert counts == {"exact": 1, "silent": 2}
    options = app.pills[0].options if hasattr(app, "pills") else app.get("button_group")[0].options
    names = [getattr(option, "content", option) for option in options]
    assert "Exact repeats · 1" in names
    assert "Silent · 2" in names
    assert f"**{len(report.findings)} findings** in 28 clips" in texts(app)


def test_a_pair_is_heard_side_by_side_and_one_is_excluded_and_taken_back(faulty: Collection) -> None:
    app = open_quality(faulty)
    assert "But one is labelled bass, the other treble." in texts(app)
    assert labels(app, "audio") == ["bass.00000", "copy"]
    app.button(key="quality:exact|bass.00000|copy:copy:exclude").click().run()
    checked(app)
    assert "copy" not in load_collection(faulty.id).by_name
    assert load_exclusions(faulty.id)["copy"].reason.startswith("Exact repeat of bass.00000.")
    table = next(frame.value for frame in app.dataframe if "Since" in frame.value)
    assert table["Clip"].tolist() == ["copy"]
    assert table["Genre"].tolist() == ["treble"]
    app.button(key="quality:exact|bass.00000|copy:copy:restore").click().run()
    checked(app)
    assert "copy" in load_collection(faulty.id).by_name
    assert "None: every clip is used" in texts(app)


def test_a_kind_is_excluded_at_once_and_all_is_taken_back(faulty: Collection) -> None:
    save_report(faulty.id, only(report_of(faulty), "silent"))
    app = open_quality(faulty)
    app.button(key="quality-exclude-all:silent").click().run()
    checked(app)
    assert set(load_exclusions(faulty.id)) == {"silent1", "silent2"}
    assert "2 clips of 28 left out" in texts(app)
    app.button(key="quality-restore-all").click().run()
    checked(app)
    assert load_collection(faulty.id).fingerprint == faulty.fingerprint


def test_other_pages_leave_excluded_clips_out(faulty: Collection) -> None:
    save_report(faulty.id, only(report_of(faulty), "silent"))
    app = open_quality(faulty)
    app.button(key="quality-exclude-all:silent").click().run()
    checked(app)
    details = run_page("collections", collection=faulty.id)
    assert metrics(details)["Clips"] == "26"
    assert metrics(details)["Excluded"] == "2"


def test_thousands_of_findings_come_a_page_at_a_time(faulty: Collection) -> None:
    many = [Finding("clipped", clip.name, None, 0.01, "Loud.") for clip in faulty.clips] * 100
    unique = tuple(
        Finding(f.kind, f.clip, f.counterpart, f.score - number / 1e6, f.reason) for number, f in enumerate(many)
    )
    save_report(faulty.id, QualityReport(faulty.fingerprint, 0.0, 28, unique))
    app = open_quality(faulty)
    assert len(labels(app, "audio")) == 8
    assert len(keys(app, "quality:clipped")) == 8


def test_a_changed_collection_asks_for_another_check(faulty: Collection, tiny_folder: Path) -> None:
    (tiny_folder / "hiss" / "silent1.wav").unlink()
    import_folder(tiny_folder)
    app = open_quality(faulty)
    assert "has changed since this check" in app.warning[0].value
    assert "Silent · 1" in str(app.main)


def test_nothing_found_is_good_news(faulty: Collection) -> None:
    save_report(faulty.id, QualityReport(faulty.fingerprint, 0.0, 28, ()))
    app = open_quality(faulty)
    assert app.success[0].value.startswith("No findings")


def test_a_damaged_report_is_told_and_can_be_made_again(faulty: Collection) -> None:
    (quality_folder(faulty.id) / "report.json").write_text("{")
    app = open_quality(faulty)
    assert "is damaged" in app.error[0].value
    assert app.button(key="quality-check").label == "Check this collection"


def test_a_damaged_list_of_exclusions_is_told(faulty: Collection) -> None:
    path = annotations_path(faulty.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    app = open_quality(faulty)
    assert "excluded clips" in texts(app)
    assert "is damaged" in texts(app)
