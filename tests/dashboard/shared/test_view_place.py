"""A view's place is its own, and the others' are empty."""

from typing import Any

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.shared.view_place import view_place

    with view_place(("one", "two", "three"), st.session_state["view"]):
        st.write(st.session_state["view"])


def test_each_view_has_a_place_of_its_own_and_those_of_the_others_are_emptied() -> None:
    app = AppTest.from_function(_page)
    for number, view in enumerate(("one", "two", "three")):
        app.session_state["view"] = view
        app.run()
        places: list[Any] = [app.main.children[place] for place in range(3)]
        assert [place.type for place in places] == ["empty"] * number + ["flex_container"] + ["empty"] * (2 - number)
        assert [markdown.value for markdown in app.markdown] == [view]
