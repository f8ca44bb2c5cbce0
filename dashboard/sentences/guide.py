"""The guided tour in words: the study behind Genre Lab in seven steps, told with its own figures.

What a step says of the study is the study's and is named so; where it gave no interval, that is computed here from its
number of test clips. What is said of the collection at hand is in `dashboard.sentences.guide_here`.
"""

from dataclasses import dataclass
from typing import Literal

from core.evaluation.metrics import wilson_interval
from core.evaluation.ordering import biggest_confusions
from core.evaluation.published import STUDY as PUBLISHED_STUDY
from core.experiments.study import STUDY, StudyExperiment
from core.features.mel import MelSpectrogram
from core.recipe.presets import PRESETS
from dashboard.sentences.wording import format_count, format_interval, format_percent

StepId = Literal["look", "listen", "numbers", "ffnn", "cnn", "mistakes", "leak"]
_EXPERIMENTS = {experiment.id: experiment for experiment in STUDY}
_MEL = MelSpectrogram()
_ON_NUMBERS = {"a random forest": 0.61, "a support vector machine": 0.60}
"""The study's test accuracies on its 16 numbers, a quarter of 1,000 clips held out by clip."""
_N_ON_NUMBERS = 250
_TRAIN_ACCURACY = 0.69
"""Of the study's FFNN, on the clips that it learnt from."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the tour.

    Attributes
    ----------
    id : StepId
        In the address.
    title : str
    minutes : int
        That it takes in a lesson.
    text : str
        What the study did, as Markdown.
    notice, question : str
        What to look at on the page that the step opens, and what to think about.
    answers : str
        What a class may be expected to say, for the teacher.
    """

    id: StepId
    title: str
    minutes: int
    text: str
    notice: str
    question: str
    answers: str


def _published(experiment: StudyExperiment) -> str:
    """An accuracy of the study with what belongs to it: ``68.0 % of its test clips (136 of 200, ...)``."""
    return (
        f"{format_percent(experiment.accuracy)} of its test clips ({experiment.n_correct} of {experiment.n}, 95 % "
        f"interval {format_interval(experiment.interval)})"
    )


def _n_weights(experiment: StudyExperiment) -> int:
    return PRESETS[experiment.preset].configure("any", experiment.genres).n_parameters


def _on_numbers() -> str:
    told = []
    for who, accuracy in _ON_NUMBERS.items():
        interval = wilson_interval(round(accuracy * _N_ON_NUMBERS), _N_ON_NUMBERS)
        told.append(f"{who} got {format_percent(accuracy, digits=0)} (95 % interval {format_interval(interval)})")
    return " and ".join(told)


def _study_mistakes() -> str:
    """Which genre the study's CNN judged worst, and what it took it for."""
    matrix = PUBLISHED_STUDY.matrix
    counts = matrix.to_numpy()
    recalls = counts.diagonal() / counts.sum(axis=1)
    place = int(recalls.argmin())
    worst, n_right, n = str(matrix.index[place]), int(counts[place, place]), int(counts[place].sum())
    first, second, third, *_ = [each for each in biggest_confusions(matrix, most=matrix.size) if each.actual == worst]
    return (
        f"Its CNN was worst at {worst}, with {n_right} of {n} test clips right: it took {first.n} for "
        f"{first.predicted}, {second.n} for {second.predicted} and {third.n} for {third.predicted}"
    )


_FFNN, _CNN = _EXPERIMENTS["ffnn-10"], _EXPERIMENTS["cnn-10"]
_N_VALUES = _MEL.shape[0] * _MEL.shape[1]

STEPS: tuple[Step, ...] = (
    Step(
        id="look",
        title="Look",
        minutes=5,
        text="The study began with pictures. It turned each of the 1,000 clips of GTZAN, 30 seconds of music with one "
        "of ten genres, into a **mel spectrogram**: time runs to the right, pitch upwards, and bright is loud. Each "
        f"picture has {_MEL.shape[0]} rows and {_MEL.shape[1]} columns, {format_count(_N_VALUES)} values in all. That "
        "is everything a network is told of the music.",
        notice="Stripes from top to bottom are drum beats, level lines are notes that are held, and a dark upper part "
        "means that nothing bright sounds, such as cymbals.",
        question="Cover the names of the genres. Which pictures could you still tell apart, and by what?",
        answers="Loud, dense music with drums fills the picture with stripes; quiet music without drums is dark above "
        "and drawn in lines. Many pictures cannot be told apart by eye: keep in mind which, and see in step 6 whether "
        "a network could.",
    ),
    Step(
        id="listen",
        title="Listen",
        minutes=7,
        text="A picture is not the music. Before any model judges, hear two genres yourself, one above the other: "
        "start one clip, then the other, and it goes on at the same place.",
        notice="The cursor shows where in the picture you are. Find a sound that you hear in the picture: a drum, a "
        "voice, a change of chord.",
        question="What tells you which genre it is: instruments, rhythm, the singing, the sound of the recording? "
        "Could that be seen in the picture?",
        answers="Instruments and rhythm leave traces in the picture. Words, and what one knows of performers and of "
        "the time when music was made, do not; the sound of a recording does, and step 7 is about that.",
    ),
    Step(
        id="numbers",
        title="16 numbers",
        minutes=7,
        text="How little is enough? The study also described each clip by **16 numbers**: how often the waveform "
        "changes sign, how bright the sound is (spectral centroid and roll-off), and 13 coefficients for its timbre "
        f"(MFCC). From these alone, with a quarter of the clips held out by clip (n = {_N_ON_NUMBERS}) and chance "
        f"10 %, {_on_numbers()} of the test clips right.",
        notice="Each point is a clip, and clips with similar numbers lie close together. The map shows two directions "
        "of sixteen, those in which the clips differ most. Click a point to hear it.",
        question="Which genre lies apart, and which lie on top of each other? Play two neighbours of different genres: "
        "do they sound alike to you?",
        answers="Genres that differ in brightness and noise part easily. Neighbours of different genres often share "
        "instruments and loudness, which the numbers describe; rhythm and melody are not among them.",
    ),
    Step(
        id="ffnn",
        title="FFNN",
        minutes=7,
        text="The study's first network was a **feed-forward network** (FFNN). It lays the picture out as one row of "
        f"{format_count(_N_VALUES)} values, and each unit of its first layer has a weight of its own for every one of "
        f"them: {format_count(_n_weights(_FFNN))} weights in all. After {PRESETS[_FFNN.preset].epochs} epochs it got "
        f"{format_percent(_TRAIN_ACCURACY, digits=0)} of the clips right that it had learnt from, but only "
        f"{_published(_FFNN)}. The split was by clip; chance is 10 %.",
        notice="The curves: as long as both rise, the network learns something of the genres. Where the accuracy on "
        "training clips goes on rising and that on validation clips does not, it learns clips by heart.",
        question="Shift a clip by one second. You hear the same music; what does a network see that has a weight of "
        "its own for each cell of the picture?",
        answers="Quite another picture: each value now meets another weight. Such a network has to see every beat at "
        "every place before it can know it anywhere, and 800 clips are far too few for that.",
    ),
    Step(
        id="cnn",
        title="CNN",
        minutes=7,
        text="A **convolutional network** (CNN) moves a small window across the picture and looks for the same "
        f"patterns everywhere. The study's had {format_count(_n_weights(_CNN))} weights, fewer than a quarter of the "
        f"FFNN's, and after {PRESETS[_CNN.preset].epochs} epochs it got {_published(_CNN)} right, on the same split.",
        notice="The verdict: is the interval of the difference wholly on one side of 0? Only then is one model better "
        "by more than chance explains. The table below has what each cost: seconds and weights.",
        question="Is the CNN worth its cost? What would you want to know before you say so for all music?",
        answers="Whether the difference is larger than its uncertainty, whether it is there on other music and on "
        "another split, and what an error costs. On few test clips the honest answer is that nobody can say.",
    ),
    Step(
        id="mistakes",
        title="Mistakes",
        minutes=7,
        text=f"The study's second question: are the mistakes those that a person would make? {_study_mistakes()}. The "
        "study read these as the mistakes of a listener.",
        notice="Each row of the matrix is what clips are, each column what the model takes them for. A cell off the "
        "diagonal holds mistakes: click it and hear them.",
        question="Hear the clips of the cell that is open. Would you have been taken in? And which mistakes of the "
        "model would no person make?",
        answers="Some clips really lie between two genres, and some labels are doubtful. Mistakes between music that "
        "no listener would confuse show that the model goes by something else, such as loudness or the recording.",
    ),
    Step(
        id="leak",
        title="Leak",
        minutes=5,
        text="Was it genre that the networks had learnt? The study divided its clips at random, so that clips of one "
        "artist, some even of one recording, were both learnt from and tested on, and it used its test clips to choose "
        "as well. A network can then know the artist and be right for the wrong reason.",
        notice="One recipe, trained with clips divided in several ways. What it gains where the division is looser is "
        "memory of artists and recordings, not knowledge of genre.",
        question="Somebody offers you a program that recognises genres, 95 % right. What do you ask first?",
        answers="How the clips were divided: by clip, by artist, or even segments of one recording on both sides. How "
        "many test clips there were, how many genres, and what chance would reach. Who listened to the mistakes.",
    ),
)
BY_ID: dict[str, Step] = {step.id: step for step in STEPS}
LESSON_MIN = sum(step.minutes for step in STEPS)


def number_of(step: Step) -> int:
    """Its place, from 1."""
    return STEPS.index(step) + 1


def starts_at(step: Step) -> int:
    """Minutes of the lesson that have passed when it begins."""
    return sum(each.minutes for each in STEPS[: STEPS.index(step)])
