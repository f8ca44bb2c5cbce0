"""What waits is told apart on the command line."""

from core.cli.queue_commands import queue_answer
from core.clips.collection import Collection
from core.experiments.groups import fold_configs, seed_configs
from core.jobs.waiting import Queue, new_entry, store_queue
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig
from core.settings import load_settings
from core.training.job import training_spec


def test_waiting_folds_seeds_and_trials_have_names_of_their_own(tiny_collection: Collection) -> None:
    config = TrainingConfig(collection_id=tiny_collection.id, genres=tiny_collection.genres, model=FfnnConfig(), seed=3)
    wanted = [*((each, "") for each in seed_configs(config, 3)), *((each, "") for each in fold_configs(config, 4))]
    wanted += [(config, f"trial {number}") for number in (1, 2)]
    load_settings().models_dir.mkdir(parents=True, exist_ok=True)
    entries = [
        new_entry(f"train-{number}", training_spec(f"{number:032d}", each.to_dict(), place=place))
        for number, (each, place) in enumerate(wanted)
    ]
    store_queue(Queue(entries=tuple(entries)))
    values, text = queue_answer()
    which = [entry["which"] for entry in values["entries"]]
    assert which[:3] == ["seed 3 · by clip", "seed 4 · by clip", "seed 5 · by clip"]
    assert which[4] == "seed 3 · by clip, fold 2 of 4"
    assert which[-1] == "seed 3 · by clip · trial 2"
    assert len(set(which)) == len(which)
    assert all(each in text for each in which)
