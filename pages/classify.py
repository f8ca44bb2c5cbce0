"""Classify: what the runs say of a song of one's own."""

import streamlit as st

from core.errors import GenreLabError
from dashboard import services
from dashboard.classify.many import classify_many
from dashboard.classify.neighbours import show_song_neighbours
from dashboard.classify.reasons import forget_reasons
from dashboard.classify.report import offer_report
from dashboard.classify.tags import show_tags
from dashboard.classify.unlike import show_unlikeness
from dashboard.classify.upload import show_song, song_pictures, upload_song
from dashboard.classify.verdicts import classify, pick_runs, show_table, show_timelines, show_verdicts
from dashboard.classify.what_if import show_what_if
from dashboard.classify.why import show_why
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import page_header
from dashboard.shared.shipped_runs import show_model_cards


def main() -> None:
    page_header("Classify", "Upload a song and see the probability that each model gives to each genre.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    chosen = pick_runs(runs)
    if not chosen:
        return
    if classify_many(chosen):
        return
    song = upload_song()
    forget_reasons(song)
    if song is None:
        show_model_cards(list(chosen.values()))
        return
    show_song(song)
    verdicts = classify(song, chosen)
    if verdicts:
        st.header("Prediction", anchor=False)
        show_verdicts(chosen, verdicts)
        show_unlikeness(song, chosen)
        st.header("Over the song", anchor=False)
        show_timelines(chosen, verdicts)
        show_tags(song, chosen.values(), verdicts)
        show_why(song, chosen, verdicts)
        show_what_if(song, chosen, verdicts)
        offer_report(song, chosen, verdicts)
    st.header("Sounds like", anchor=False)
    show_song_neighbours(song, list(chosen.values()))
    st.header("Spectrogram", anchor=False)
    song_pictures(song, chosen.values())
    if verdicts:
        st.header("All probabilities", anchor=False)
        show_table(song, chosen, verdicts)
    show_model_cards(list(chosen.values()))


main()
