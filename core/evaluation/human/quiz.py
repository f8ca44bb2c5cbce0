"""A blind quiz: which test clips are heard, and what a listener answered, as a file of their own.

Conventions: a quiz names its clips and the genres to choose from, never which genre a clip has: that is the run's to
know (*truth*: genre by clip name), so that an exported file neither gives the answers away nor can falsify them.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.errors import NewerVersionError, RunError

VERSION = 1
KIND = "genre-lab-quiz-answers"
FEWEST_CLIPS, MOST_CLIPS = 10, 50
LISTEN_S: tuple[float | None, ...] = (5.0, 10.0, None)
"""Seconds of each clip that are heard; None for the whole clip."""
_MOST_BYTES = 1_000_000
_MOST_GENRES = 200
_LONGEST_NAME = 500
_MOST_PLAYS = 1_000


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """What is asked.

    Attributes
    ----------
    clips : tuple of str
        Names, in the order in which they are heard.
    genres : tuple of str
        To choose from.
    listen_s : float or None
        Seconds heard of each; None for the whole clip.
    seed : int
        From which the clips were drawn.
    """

    clips: tuple[str, ...]
    genres: tuple[str, ...]
    listen_s: float | None
    seed: int

    @property
    def id(self) -> str:
        """Hash of what is asked: answers to one quiz have the same, whoever gives them."""
        asked = json.dumps([self.clips, sorted(self.genres), self.listen_s])
        return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def choose_quiz(
    truth: Mapping[str, str], genres: Sequence[str], *, n: int, seed: int, listen_s: float | None = None
) -> Quiz:
    """Draw the clips of a quiz: as many of each genre as can be, in random order.

    Parameters
    ----------
    truth : mapping of clip name to genre
        The clips that may be asked: test clips whose sound is here.
    genres : sequence of str
        To choose from, in their order.
    n : int
        10 to 50.
    seed : int
        0 or more: the same seed and clips give the same quiz.
    listen_s : float or None
        Of `LISTEN_S`.

    Raises
    ------
    RunError
        A number of clips or seconds that is not offered, fewer than two genres, or too few clips.
    """
    if not FEWEST_CLIPS <= n <= MOST_CLIPS:
        raise RunError(f"Expected {FEWEST_CLIPS} to {MOST_CLIPS} clips in a quiz, got {n}.")
    if listen_s not in LISTEN_S:
        raise RunError(f"Expected 5 or 10 s of each clip or the whole, got {listen_s:g} s.")
    if seed < 0:
        raise RunError(f"Expected a seed of 0 or more, got {seed}.")
    by_genre: dict[str, list[str]] = {genre: [] for genre in genres}
    for name, genre in sorted(truth.items()):
        if genre in by_genre:
            by_genre[genre].append(name)
    with_clips = [genre for genre, names in by_genre.items() if names]
    if len(with_clips) < 2:
        raise RunError(f"A quiz needs clips of at least two genres; there are clips of {len(with_clips)}.")
    if (n_clips := sum(map(len, by_genre.values()))) < n:
        raise RunError(
            f"There are {n_clips} test clips that can be heard, fewer than the {n} asked for. Ask for fewer."
        )
    rng = np.random.default_rng(seed)
    waiting = {
        genre: [by_genre[genre][place] for place in rng.permutation(len(by_genre[genre]))] for genre in with_clips
    }
    drawn: list[str] = []
    while len(drawn) < n:
        # A round gives one clip of each genre that has some left; the last round stops where the number is reached.
        left = [genre for genre in with_clips if waiting[genre]]
        for place in rng.permutation(len(left))[: n - len(drawn)]:
            drawn.append(waiting[left[place]].pop())
    order = rng.permutation(n)
    return Quiz(clips=tuple(drawn[place] for place in order), genres=tuple(genres), listen_s=listen_s, seed=seed)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a listener said of a clip.

    Attributes
    ----------
    clip : str
    genre : str
        As chosen.
    n_plays : int
        How often it was heard, 1 or more.
    """

    clip: str
    genre: str
    n_plays: int


@dataclass(frozen=True, kw_only=True)
class QuizAnswers:
    """A listener's answers to a quiz, perhaps not yet to all of it.

    Attributes
    ----------
    quiz : Quiz
    listener : str
        A random mark by which the same answers are known again; no name.
    answers : tuple of Answer
        In the order in which they were given, each clip once.
    """

    quiz: Quiz
    listener: str
    answers: tuple[Answer, ...] = ()

    @property
    def next_clip(self) -> str | None:
        """The clip to ask next; None where all are answered."""
        answered = {answer.clip for answer in self.answers}
        return next((clip for clip in self.quiz.clips if clip not in answered), None)

    def answered(self, genre: str, *, n_plays: int) -> "QuizAnswers":
        """The same with the answer to the next clip.

        Raises
        ------
        RunError
            All clips are answered, the genre is none of the quiz, or the clip was not heard.
        """
        clip = self.next_clip
        if clip is None:
            raise RunError("All clips of this quiz are answered.")
        if genre not in self.quiz.genres:
            raise RunError(f"Expected one of {', '.join(self.quiz.genres)}, got {genre!r}.")
        if n_plays < 1:
            raise RunError("Listen to the clip before you answer.")
        given = Answer(clip=clip, genre=genre, n_plays=min(n_plays, _MOST_PLAYS))
        return QuizAnswers(quiz=self.quiz, listener=self.listener, answers=(*self.answers, given))

    def to_json(self) -> str:
        """The file that a listener takes away; `read_answers` reads it."""
        values = {
            "kind": KIND,
            "version": VERSION,
            "quiz": {**asdict(self.quiz), "id": self.quiz.id},
            "listener": self.listener,
            "answers": [asdict(answer) for answer in self.answers],
        }
        return json.dumps(values, indent=1, ensure_ascii=False)


def begin(quiz: Quiz) -> QuizAnswers:
    """A quiz without answers, for a new listener."""
    return QuizAnswers(quiz=quiz, listener=secrets.token_hex(8))


def read_answers(content: bytes, name: str) -> QuizAnswers:
    """A listener's file.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    RunError
        It is no such file, or was changed: the message says what was expected and what came.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    if len(content) > _MOST_BYTES:
        raise RunError(f"{name} has {len(content):,} bytes; expected the answers of a quiz, at most {_MOST_BYTES:,}.")
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RunError(f"{name} is not JSON. Choose the file that Genre Lab's quiz wrote.") from error
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise RunError(f"{name} holds no answers of Genre Lab's quiz. Choose the file that the quiz wrote.")
    version = values.get("version")
    if type(version) is int and version > VERSION:
        raise NewerVersionError(f"{name} was written by a newer Genre Lab (version {version}). Update to open it.")
    if version != VERSION:
        raise RunError(f"{name}: expected version {VERSION}, got {version!r}.")
    asked = _part(values, "quiz", dict, name)
    quiz = _quiz(asked, name)
    if asked.get("id") != quiz.id:
        raise RunError(
            f"{name} was changed: its quiz is not the one that it says it is. Use the file as it was written."
        )
    listener = _text(values.get("listener"), f"{name}: listener")
    answers = tuple(_answer(each, quiz, name) for each in _part(values, "answers", list, name))
    if len({answer.clip for answer in answers}) < len(answers):
        raise RunError(f"{name} answers a clip twice. Use the file as it was written.")
    return QuizAnswers(quiz=quiz, listener=listener, answers=answers)


def _quiz(values: Mapping[str, Any], name: str) -> Quiz:
    clips, genres = (
        tuple(_text(each, f"{name}: {field}") for each in _part(values, field, list, name))
        for field in ("clips", "genres")
    )
    if not 1 <= len(clips) <= MOST_CLIPS or len(set(clips)) < len(clips):
        raise RunError(f"{name}: expected 1 to {MOST_CLIPS} different clips in the quiz, got {len(clips)}.")
    if not 2 <= len(genres) <= _MOST_GENRES or len(set(genres)) < len(genres):
        raise RunError(f"{name}: expected 2 to {_MOST_GENRES} different genres in the quiz, got {len(genres)}.")
    listen_s, seed = values.get("listen_s"), values.get("seed")
    if isinstance(listen_s, bool) or listen_s not in LISTEN_S:
        raise RunError(f"{name}: expected 5, 10 or null seconds of each clip, got {listen_s!r}.")
    if type(seed) is not int or seed < 0:
        raise RunError(f"{name}: expected a seed of 0 or more, got {seed!r}.")
    return Quiz(clips=clips, genres=genres, listen_s=None if listen_s is None else float(listen_s), seed=seed)


def _answer(values: Any, quiz: Quiz, name: str) -> Answer:
    if not isinstance(values, dict):
        raise RunError(f"{name}: expected each answer to be a JSON object, got {type(values).__name__}.")
    clip, genre = (_text(values.get(field), f"{name}: {field}") for field in ("clip", "genre"))
    if clip not in quiz.clips:
        raise RunError(f"{name} answers {clip!r}, which its quiz does not ask.")
    if genre not in quiz.genres:
        raise RunError(f"{name} answers {genre!r}; expected one of {', '.join(quiz.genres)}.")
    n_plays = values.get("n_plays")
    if type(n_plays) is not int or not 1 <= n_plays <= _MOST_PLAYS:
        raise RunError(f"{name}: expected 1 to {_MOST_PLAYS:,} plays of {clip}, got {n_plays!r}.")
    return Answer(clip=clip, genre=genre, n_plays=n_plays)


def _part(values: Mapping[str, Any], field: str, kind: type[Any], name: str) -> Any:
    found = values.get(field)
    if not isinstance(found, kind):
        expected = "a list" if kind is list else "an object"
        raise RunError(f"{name}: expected {expected} under {field!r}, got {type(found).__name__}.")
    return found


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_NAME:
        raise RunError(f"{where}: expected a text of 1 to {_LONGEST_NAME} characters, got {value!r:.60}.")
    return value
