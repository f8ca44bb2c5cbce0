"""A demo that an older Genre Lab made says so, and can be made again."""

import pytest

from core.importing import demo
from core.importing.demo import build_demo
from tests.pages.apps import checked, run_page, texts


def test_an_older_demo_can_be_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("dashboard.collection.sources.start_demo", lambda: asked.append("demo"))
    monkeypatch.setattr(demo, "GENRES", ("jazz",))
    monkeypatch.setattr(demo, "SYNTHESIS_VERSION", 1)
    build_demo(n_clips_per_genre=1)
    app = run_page("collections")
    assert "An older Genre Lab made it" not in texts(app)
    monkeypatch.setattr(demo, "SYNTHESIS_VERSION", 2)
    app = run_page("collections")
    assert "An older Genre Lab made it" in texts(app)
    checked(app.button(key="again-demo").click().run())
    assert asked == ["demo"]
