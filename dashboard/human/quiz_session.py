"""The quiz that a visitor has in hand: in their session alone, so that nobody else sees the answers.

Nothing that is sent to the browser before the quiz is over tells which clip is heard: no name, no genre, no address
made of either. What the clip is stays in this record.
"""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import GenreLabError, RunError
from core.evaluation.human.quiz import QuizAnswers, begin, choose_quiz
from dashboard.human.material import Material
from dashboard.sounds import Served
from dashboard.state import session_id

_KEY = "human:quiz"


@dataclass(eq=False)
class QuizInHand:
    """A quiz that is being answered, or was.

    Attributes
    ----------
    material : Material
    answers : QuizAnswers
    n_plays : int
        How often the clip that is asked was played.
    sound : Served or None
        That clip, once it was played.
    is_unheard : bool
        Whether the clip that is asked cannot be played.
    is_ended : bool
        Whether the visitor wanted the result before all clips were answered.
    """

    material: Material
    answers: QuizAnswers
    n_plays: int = 0
    sound: Served | None = None
    is_unheard: bool = False
    is_ended: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the result may be shown."""
        return self.is_ended or self.answers.next_clip is None

    def play(self) -> None:
        """Have the clip that is asked played once more."""
        name = self.answers.next_clip
        if name is None:
            return
        if self.sound is None:
            try:
                content = self.material.wav(name, self.answers.quiz.listen_s)
            except GenreLabError:
                self.is_unheard = True
                return
            self.sound = Served(lambda: (content, "audio/wav"), session_id=session_id())
        self.n_plays += 1

    def answer(self, genre: str) -> None:
        """Take the answer to the clip that is asked, if it was heard: a second click on a button is none."""
        if self.n_plays and self.answers.next_clip is not None:
            self.answers = self.answers.answered(genre, n_plays=self.n_plays)
            self._ask_next()

    def take_back(self) -> None:
        """Ask the last clip that was answered once more; how often it was heard before counts on."""
        *kept, last = self.answers.answers
        self.answers = replace(self.answers, answers=tuple(kept))
        self._ask_next()
        # Of a file that was opened the answers may be in another order than the clips.
        self.n_plays = last.n_plays if last.clip == self.answers.next_clip else 0

    def leave_out(self) -> None:
        """Go on without a clip that cannot be played."""
        quiz = self.answers.quiz
        clips = tuple(clip for clip in quiz.clips if clip != self.answers.next_clip)
        self.answers = replace(self.answers, quiz=replace(quiz, clips=clips))
        self._ask_next()

    def _ask_next(self) -> None:
        self.n_plays, self.sound, self.is_unheard = 0, None, False


def quiz_in_hand() -> QuizInHand | None:
    """That of this visitor; None where there is none."""
    found: QuizInHand | None = st.session_state.get(_KEY)
    return found


def begin_quiz(material: Material, *, n: int, seed: int, listen_s: float | None) -> None:
    """Draw a quiz and take it in hand; `RunError` where it cannot be drawn."""
    asked = {name: material.truth[name] for name in material.audible}
    quiz = choose_quiz(asked, material.genres, n=n, seed=seed, listen_s=listen_s)
    st.session_state[_KEY] = QuizInHand(material, begin(quiz))


def go_on_with(answers: QuizAnswers, material: Material, name: str) -> None:
    """Take a quiz in hand that was saved.

    Parameters
    ----------
    answers : QuizAnswers
    material : Material
    name : str
        Of the file, for messages.

    Raises
    ------
    RunError
        It is a quiz on other clips or genres. The message names no clip.
    """
    require_same_clips(answers, material, name)
    st.session_state[_KEY] = QuizInHand(material, answers)


def require_same_clips(answers: QuizAnswers, material: Material, name: str) -> None:
    """`RunError` where answers are to clips or among genres other than those of the material; names no clip."""
    quiz = answers.quiz
    n_unknown = sum(clip not in material.truth for clip in quiz.clips)
    what = "clips of" if material.run is None else "test clips of"
    if n_unknown:
        raise RunError(
            f"{name}: {n_unknown} of the {len(quiz.clips)} clips of its quiz are no {what} {material.title}. Choose "
            "what the quiz was of, then open the file again."
        )
    if set(quiz.genres) != set(material.genres):
        raise RunError(
            f"{name} chose among {', '.join(quiz.genres)}; expected {', '.join(material.genres)}, the genres of "
            f"{material.title}. Choose what the quiz was of, then open the file again."
        )


def put_quiz_away() -> None:
    """Forget the quiz in hand and its answers."""
    st.session_state.pop(_KEY, None)
