from dataclasses import replace

from core.experiments.aggregate import spread
from core.experiments.groups import fold_configs, place_of, seed_configs
from core.features.gtzan_table import GtzanTableFeatures
from core.models.architectures import model_config_from_dict
from core.runs.record import Run
from dashboard.sentences.runs import (
    chip_label,
    curve_note,
    how_far,
    how_trained,
    option_label,
    short_labels,
    spread_text,
    title_of,
)
from tests.dashboard.made_up import epochs, finished


def forest() -> Run:
    run = finished("Forest", 20)
    model = model_config_from_dict({"kind": "forest"})
    config = replace(run.config, model=model, front_end=GtzanTableFeatures(), name="Forest")
    return replace(run, config=config, history=epochs(1, validated=False))


def test_a_run_in_a_list_carries_its_interval_and_split() -> None:
    run = finished("CNN", 20)
    assert "(57 to 84 %) · By clip" in option_label(finished("CNN", 29))
    assert (
        option_label(run)
        == "CNN · blues, jazz · 50.0 % of 40 (35 to 65 %, no better than chance) · By clip · Tiny · CNNaaa"
    )
    assert chip_label(run) == "CNN, seed 42, by clip (CNNaaa)"
    shipped = replace(run, shipped=True)
    assert option_label(shipped).endswith(" · CNNaaa · comes with Genre Lab")
    waiting = replace(run, status="queued", result=None)
    assert option_label(waiting) == "CNN · blues, jazz · queued · Tiny · CNNaaa"


def test_labels_are_as_short_as_they_may_be() -> None:
    one, two, other = finished("A CNN", 20), finished("B CNN", 20), finished("FFNN", 20)
    assert list(short_labels([one, other])) == ["CNN", "FFNN"]
    assert list(short_labels([one, two, other])) == [f"A CNN ({one.id[:6]})", f"B CNN ({two.id[:6]})", "FFNN"]


def test_runs_of_one_name_are_told_apart_by_seed_fold_and_trial() -> None:
    config = finished("CNN", 20).config
    seeds = [title_of(each, place_of(each, "seeds")) for each in seed_configs(config, 3)]
    assert seeds[1] == f"CNN · blues, jazz · seed {config.seed + 1} · by clip"
    folds = [title_of(each, place_of(each, "folds")) for each in fold_configs(config, 5)]
    assert folds[1] == f"CNN · blues, jazz · seed {config.seed} · by clip, fold 2 of 5"
    trials = [title_of(config, f"trial {number}") for number in (1, 2)]
    assert trials[1] == f"CNN · blues, jazz · seed {config.seed} · by clip · trial 2"
    for titles in (seeds, folds, trials):
        assert len(set(titles)) == len(titles)
    run = replace(finished("CNN", 20), group_place="trial 2")
    assert chip_label(run).startswith(f"CNN, seed {config.seed}, by clip, trial 2 (")


def test_a_spread_needs_two_runs() -> None:
    assert spread_text(spread([0.5])) == "50.0 %"
    assert spread_text(spread([0.5, 0.6, 0.7])) == "60.0 ± 10.0 %"


def test_how_a_run_trained_and_how_far_it_came() -> None:
    run = replace(finished("CNN", 20), history=epochs(3), training_s=42.0, best_epoch=2)
    assert how_trained(run) == "Trained 3 epochs in 42 s; the weights of epoch 2 are kept (lowest validation loss)."
    early = replace(run, stopped_early=True, stop_reason="pruned at epoch 3", best_epoch=None, training_s=None)
    assert how_trained(early) == f"Stopped early after 3 of {run.config.epochs} epochs (pruned at epoch 3)."
    assert how_trained(replace(forest(), training_s=0.8)) == "Fitted in one step in 0.8 s."
    assert how_far(run) == f"after 3 of {run.config.epochs} epochs"
    assert how_far(replace(run, history=())) == "before its first epoch ended"
    assert how_far(replace(forest(), history=())) == "before its model was fitted"


def test_missing_curves_are_accounted_for() -> None:
    drawn = replace(finished("CNN", 20), history=epochs(2))
    whole = replace(finished("Whole CNN", 20), history=epochs(2, validated=False))
    fitted = forest()
    assert [run.has_epochs for run in (drawn, whole, fitted, finished("FFNN", 20))] == [True, True, False, False]
    assert curve_note([drawn], [drawn]) == ""
    note = curve_note([drawn, whole, fitted], [drawn, whole])
    assert note.splitlines() == [
        f"No validation curves, since the validation set was used for training as well: Whole CNN, seed 42 "
        f"({whole.id[:6]}).  ",
        f"No curves, since these models are fitted in one step: Forest, seed 42 ({fitted.id[:6]}).",
    ]
