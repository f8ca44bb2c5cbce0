"""The sound of a question: the browser plays it once for each time that the server was asked to.

It is no player of `dashboard.listening`: that one says in a bar what is played, can be started without anybody
counting, and plays what was shown on other pages. Nothing here knows the clip; its address is
random and ends with the question.
"""

from typing import Any

import streamlit as st

from dashboard.sounds import Served, below_base

NAME = "genre_lab_quiz_sound"
_HTML = """
<div class="quiz-sound">
  <progress max="1" value="0" aria-label="Position in the clip"></progress>
  <span class="clock">0:00</span>
  <label>Volume <input type="range" min="0" max="1" step="0.05"></label>
  <p role="alert" hidden></p>
</div>
"""
_STYLE = """
.quiz-sound { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; padding: 0.25rem 0;
  color: var(--st-text-color); font-family: var(--st-font); font-size: 0.875rem; }
.quiz-sound progress { flex: 1 1 12rem; height: 0.6rem; accent-color: var(--st-primary-color); }
.quiz-sound .clock { min-width: 6rem; font-variant-numeric: tabular-nums; }
.quiz-sound label { display: flex; align-items: center; gap: 0.5rem; }
.quiz-sound input { width: 7rem; accent-color: var(--st-primary-color); }
.quiz-sound p { flex-basis: 100%; margin: 0; }
"""
_SCRIPT = """
const VOLUME = "genre-lab-volume";

function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function rememberedVolume() {
  try {
    const stored = Number.parseFloat(localStorage.getItem(VOLUME));
    return stored >= 0 && stored <= 1 ? stored : 1;
  } catch {
    return 1; // storage is switched off in this browser
  }
}

// One sound for the tab, which outlives what is drawn: a page that is drawn again while it plays does not begin anew.
function sound() {
  window.genreLabQuiz ??= { audio: new Audio(), heard: "", shown: null };
  return window.genreLabQuiz;
}

export default function ({ parentElement, data }) {
  const quiz = sound();
  const { audio } = quiz;
  const mark = {};
  quiz.shown = mark;
  const root = parentElement.querySelector(".quiz-sound");
  const bar = root.querySelector("progress");
  const clock = root.querySelector(".clock");
  const volume = root.querySelector("input");
  const alert = root.querySelector("p");
  // What another page plays would be heard at the same time, and its bar says what it is.
  if (window.genreLabDeck?.track) window.genreLabDeck.stop();
  audio.volume = rememberedVolume();
  volume.value = audio.volume;
  volume.oninput = () => {
    audio.volume = Number(volume.value);
    try {
      localStorage.setItem(VOLUME, volume.value);
    } catch {
      // Not remembered where storage is switched off.
    }
  };
  const update = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    const isHere = data.address && audio.getAttribute("src");
    bar.value = isHere && length ? Math.min(1, audio.currentTime / length) : 0;
    clock.textContent = isHere && length ? `${clockText(audio.currentTime)} / ${clockText(length)}` : "0:00";
  };
  const say = (text) => {
    alert.textContent = text;
    alert.hidden = !text;
  };
  for (const event of ["timeupdate", "ended", "loadedmetadata", "emptied"]) audio[`on${event}`] = update;
  audio.onerror = () => audio.getAttribute("src") && say("The sound did not arrive. Press Play again.");
  const request = `${data.address}#${data.plays}`;
  if (!data.address) {
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
  } else if (quiz.heard !== request) {
    quiz.heard = request;
    say("");
    if (audio.getAttribute("src") !== data.address) audio.src = data.address;
    else audio.currentTime = 0;
    audio.play().catch((reason) => {
      if (reason.name === "NotAllowedError") say("The browser lets nothing be heard. Press Play again.");
    });
  }
  update();
  return () => {
    // Drawn anew at once, it plays on; gone with its page, it is silent.
    setTimeout(() => quiz.shown === mark && audio.pause(), 100);
  };
}
"""


def quiz_sound(sound: Served | None, n_plays: int) -> None:
    """Draw how far the clip has been played, and play it where it was asked for since.

    Parameters
    ----------
    sound : Served or None
        None before the clip is first played.
    n_plays : int
        How often it was asked for.
    """
    data: dict[str, Any] = {"address": "" if sound is None else below_base(sound.address), "plays": n_plays}
    component = st.components.v2.component(NAME, html=_HTML, css=_STYLE, js=_SCRIPT)
    component(key="human:sound", data=data)
