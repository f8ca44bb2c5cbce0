"""Classify: what the runs say of a song of one's own."""

import streamlit as st

from core.errors import GenreLabError
from dashboard import services
from dashboard.classify.answer import show_answer
from dashboard.classify.clip_source import show_clip
from dashboard.classify.details import show_details
from dashboard.classify.hearing import let_go_of_the_oldest
from dashboard.classify.many import classify_many
from dashboard.classify.neighbours import show_song_neighbours
from dashboard.classify.panel import show_panel
from dashboard.classify.player import show_player
from dashboard.classify.reasons import forget_reasons
from dashboard.classify.report import offer_report
from dashboard.classify.sources import bring_song
from dashboard.classify.tags import hear_tags
from dashboard.classify.unlike import show_unlikeness
from dashboard.classify.upload import show_song
from dashboard.classify.verdicts import classify, pick_runs
from dashboard.classify.warming import warm_up
from dashboard.classify.what_if import show_what_if
from dashboard.classify.why import show_why
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import page_header
from dashboard.shared.shipped_runs import show_model_cards


def main() -> None:
    page_header("Classify", "Bring a song and hear what each model takes it for, how sure that is, and where in it.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    chosen = pick_runs(runs)
    if not chosen:
        return
    warm_up(chosen)
    if classify_many(chosen):
        return
    song = bring_song()
    forget_reasons(song)
    if song is None:
        show_panel(chosen)
        show_model_cards(list(chosen.values()))
        return
    show_song(song)
    show_clip(song, chosen)
    verdicts = classify(song, chosen)
    if verdicts:
        show_answer(chosen, verdicts)
        hear_tags(song, chosen.values())
        unlike = st.container()
    show_player(song, chosen, verdicts)
    if verdicts:
        with unlike:
            show_unlikeness(song, chosen)
        show_details(song, chosen, verdicts)
        show_why(song, chosen, verdicts)
        show_what_if(song, chosen, verdicts)
        offer_report(song, chosen, verdicts)
    st.header("Sounds like", anchor=False)
    show_song_neighbours(song, list(chosen.values()))
    show_model_cards(list(chosen.values()))
    let_go_of_the_oldest()


main()
