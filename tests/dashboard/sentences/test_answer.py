from core.evaluation.consensus import Said
from core.evaluation.trust import Excess, Trust
from dashboard.sentences.answer import agreement, answer_title, excess_sentence, trust_text
from dashboard.tables.answer import answer_frame, genres_that_matter


def said(name: str, **probabilities: float) -> Said:
    return Said(name, probabilities)


A, B = said("A", jazz=0.7, rock=0.3), said("B", jazz=0.6, rock=0.4)
C = said("C", jazz=0.1, rock=0.9)
OTHER = said("D", polka=1.0)


def test_the_answer_is_what_most_models_and_their_mean_say():
    assert answer_title([A]) == "jazz"
    assert answer_title([A, B]) == "jazz"
    assert answer_title([A, C]) == "No clear answer"
    weak = said("W", jazz=0.51, rock=0.49)
    assert answer_title([weak, weak, C]) == "No clear answer"  # two of three, but not on the mean
    assert answer_title([A, B, C]) == "No clear answer"  # 0.7 + 0.6 + 0.1 is below 0.3 + 0.4 + 0.9
    assert answer_title([A, B, said("E", jazz=0.4, rock=0.6)]) == "jazz"
    near = [A, B, said("E", jazz=0.24, rock=0.76)]
    assert answer_title(near) == "No clear answer"  # 51 % against 49 %
    assert agreement(near).endswith("On the mean of the 3, jazz has 51 % and rock 49 %.")


def test_who_says_what_is_said_in_words():
    assert agreement([A]) == "A says jazz, with a probability of 70 %."
    assert agreement([A, B]) == "Both models say jazz. On the mean of both, jazz has 65 %."
    assert agreement([A, B, C]) == "2 of 3 models say jazz; C says rock. On the mean of the 3, rock has 53 %."
    assert agreement([A, C]) == "The models disagree: A says jazz and C says rock. On the mean of both, rock has 60 %."
    assert agreement([A, OTHER]) == (
        "The models disagree: A says jazz and D says polka. There is no mean of them: each knows other genres."
    )
    assert agreement([A, B, OTHER]) == (
        "2 of 3 models say jazz; D says polka. On the mean of both, jazz has 65 %. D knows other genres and is not in "
        "the mean."
    )


def test_a_claim_is_made_only_where_it_was_measured():
    assert trust_text(None) == "too few such test clips"
    assert (
        trust_text(Trust(low=0.5, high=0.7, n=40, n_correct=20, interval=(0.352, 0.648))) == "50 % (35 to 65; n = 40)"
    )
    over = Excess(value=0.1, interval=(0.05, 0.15), n=60)
    under = Excess(value=-0.2, interval=(-0.3, -0.1), n=1200)
    unsure = Excess(value=0.1, interval=(-0.05, 0.25), n=40)
    assert excess_sentence([("A", None), ("B", unsure)]) == ""
    assert excess_sentence([("A", over), ("B", under)]) == (
        "Over-confident on test clips, right less often than the probabilities say: A (by 10 points, 95 % interval 5 "
        "to 15, n = 60). Right more often on test clips than the probabilities say: B (by 20 points, 95 % interval 10 "
        "to 30, n = 1,200)."
    )


def test_of_many_genres_those_are_shown_that_matter_and_the_rest_together():
    many = {f"genre {number:02}": 0.4 / 28 for number in range(28)}
    one = Said("One", {"jazz": 0.5, "rock": 0.1, **many})
    two = Said("Two", {"jazz": 0.04, "rock": 0.56, **many})
    genres = genres_that_matter([one, two])
    assert genres == ["rock", "jazz"]
    frame = answer_frame([one, two], genres)
    assert list(frame.columns) == ["rock", "jazz", "28 others"]
    assert list(frame.index) == ["One", "Two", "Mean of 2"]
    assert frame["jazz"].round(9).tolist() == [50, 4, 27]
    assert frame["28 others"].round(9).tolist() == [40, 40, 40]
    assert genres_that_matter([A, C]) == ["rock", "jazz"]  # of few genres all
    mixed = answer_frame([A, OTHER], genres_that_matter([A, OTHER]))
    assert mixed["polka"].isna().tolist() == [True, False]
    assert list(mixed.index) == ["A", "D"]
    level = Said("Level", {f"genre {number:02}": 1 / 30 for number in range(30)})
    assert len(genres_that_matter([level])) == 1  # what it says, however little it is


def test_a_genre_may_be_called_as_the_rest_is():
    strange = Said("A", {"2 others": 0.9, "jazz": 0.06, **{f"genre {n}": 0.02 / 6 for n in range(6)}, "x": 0.02})
    genres = ["jazz", "2 others"]
    assert list(answer_frame([strange], genres).columns) == ["jazz", "2 others", "7 others"]
    three = Said("A", {"2 others": 0.9, "jazz": 0.06, "a": 0.02, "b": 0.02})
    assert list(answer_frame([three], genres).columns) == ["jazz", "2 others", "2 others together"]
