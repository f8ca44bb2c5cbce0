"""What a background job has made comes into view only for who waits for it."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.shared.arrivals import arrived, await_arrival, show_arrivals
    from dashboard.state import set_query_value

    if st.session_state.get("await"):
        await_arrival(st.session_state.pop("await"))
    if st.session_state.get("look at"):
        set_query_value("collection", st.session_state.pop("look at"))
    if st.session_state.get("end"):
        arrived(st.session_state.pop("end"), "new", "New is **ready**.")
    show_arrivals()


def step(app: AppTest, **given: str) -> AppTest:
    for name, value in given.items():
        app.session_state[name.replace("_", " ")] = value
    app.run(timeout=600)
    assert not app.exception
    return app


def in_view(app: AppTest) -> str:
    return app.session_state["choice:collection"]


def test_who_waits_sees_it() -> None:
    app = step(AppTest.from_function(_page), look_at="old")
    step(app, **{"await": "job"})
    step(app, end="job")
    assert in_view(app) == "new"
    assert "New is **ready**." in app.markdown[0].value
    assert [button.label for button in app.button] == ["Hide"]
    app.button[0].click().run()
    assert not app.markdown


def test_who_has_gone_on_is_told_quietly() -> None:
    app = step(AppTest.from_function(_page), look_at="old")
    step(app, **{"await": "job"})
    step(app, look_at="another")
    step(app, end="job")
    assert in_view(app) == "another"
    show = next(button for button in app.button if button.label == "Show")
    show.click().run()
    assert in_view(app) == "new"
    assert not app.button


def test_another_visitors_job_moves_nothing() -> None:
    app = step(AppTest.from_function(_page), look_at="old")
    step(app, end="their job")
    assert in_view(app) == "old"
    assert [button.label for button in app.button] == ["Show", "Hide"]
