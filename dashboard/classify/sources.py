"""Where a song comes from: a file, the microphone, a clip of a collection, or the example that comes with Genre Lab."""

import secrets
from pathlib import Path

import streamlit as st

from core.audio import AUDIO_EXTENSIONS
from dashboard.classify.clip_source import offer_clips, take_clip
from dashboard.classify.songs import Song, open_song
from dashboard.classify.upload import CHOOSING, ERROR, LINK, song_in_session, take_song
from dashboard.sentences.wording import escape_markdown
from dashboard.state import address_value, set_address_value

MAX_SONG_MB = 200
"""More is no song; decoded, it takes several times that in memory."""
EXAMPLE = Path(__file__).parent / "example" / "song.ogg"
EXAMPLE_NAME = "Example: classical, jazz, metal"
_UPLOADER, _RECORDER = "classify:uploader", "classify:recorder"
_RECORD_HZ = 48_000
"""The models listen up to 11 kHz, more than a recording of the usual 16,000 Hz holds."""
KEPT = (
    "The server keeps it in memory for this page. It is played at an address that is made up at random and stands in "
    "no other page. Nothing is there any more once this page is closed; the server frees the memory some minutes "
    "later, as soon as it has anything to do."
)
LOST = (
    "The song that was {} here is gone: it lasts as long as the page in which it was chosen, and the page was "
    "loaded again, or the server restarted. Choose it again."
)


def bring_song() -> Song | None:
    """The ways to bring a song, while there is none or another is wanted, and the song of this session."""
    _follow_link()
    song = song_in_session()
    if song is None or st.session_state.get(CHOOSING):
        _offer(is_first=song is None)
    if error := st.session_state.get(ERROR):
        st.error(f"{escape_markdown(error)} Nothing was classified; choose another song.", icon=":material/error:")
    elif song is None and (lost := address_value(LINK)) in ("uploaded", "recorded"):
        st.warning(LOST.format(lost), icon=":material/upload_file:")
    if song is not None:
        collection_id, clip_name = song.clip or (None, None)
        said = {LINK: None if song.origin == "clip" else song.origin, "collection": collection_id, "clip": clip_name}
        for name, value in said.items():
            if address_value(name) != value:
                set_address_value(name, value)
    return song


def _follow_link() -> None:
    """Take the clip or the example that the address asks for."""
    song = song_in_session()
    clip_name, collection_id = address_value("clip"), address_value("collection")
    if clip_name is not None:
        if song is None or song.clip != (collection_id, clip_name):
            take_clip(collection_id or "", clip_name)
    elif address_value(LINK) == "example" and (song is None or song.origin != "example"):
        _take_example()


def _offer(*, is_first: bool) -> None:
    most_mb = min(MAX_SONG_MB, int(st.get_option("server.maxUploadSize")))
    with st.container(border=True, key="classify:sources"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Bring a song**: the answer follows at once." if is_first else "**Another song**")
            if not is_first:
                st.button("Keep this one", icon=":material/close:", on_click=_keep)
        from_file, by_ear = st.columns(2)
        from_file.file_uploader(
            "Upload a song",
            type=[extension.lstrip(".") for extension in AUDIO_EXTENSIONS],
            key=_UPLOADER,
            on_change=_uploaded,
            max_upload_size=most_mb,
            help=f"At most {most_mb:,} MB. {KEPT}",
        )
        by_ear.audio_input(
            "or record one with the microphone",
            sample_rate=_RECORD_HZ,
            key=_RECORDER,
            on_change=_recorded,
            help=f"Hold the microphone to the music for some 30 seconds. {KEPT}",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button(
                "Example song",
                icon=":material/music_note:",
                on_click=_take_example,
                help="58 s, synthesised by Genre Lab: a piece of classical music fades into jazz, and that into metal.",
            )
            offer_clips()


def _keep() -> None:
    st.session_state.pop(CHOOSING, None)


def _uploaded() -> None:
    uploaded = st.session_state[_UPLOADER]
    if uploaded is None:
        return
    take_song(uploaded.name, lambda: open_song(uploaded.name, uploaded.file_id, uploaded.getvalue()))


def _recorded() -> None:
    recorded = st.session_state[_RECORDER]
    if recorded is None:
        return
    take_song(
        "Your recording",
        lambda: open_song("Your recording", recorded.file_id, recorded.getvalue(), origin="recorded"),
    )


def _take_example() -> None:
    identity = f"example:{secrets.token_hex(4)}"
    take_song(EXAMPLE_NAME, lambda: open_song(EXAMPLE_NAME, identity, EXAMPLE.read_bytes(), origin="example"))
