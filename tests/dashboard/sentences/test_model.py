from core.cost.time import TimeEstimate
from core.features.mel import MelSpectrogram
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig
from core.recipe.settings import SegmentConfig
from dashboard.sentences.model import field_sentence, field_text, segments_text, time_text, total_text
from dashboard.tables.network import layer_table


def test_a_network_of_units_sees_everything() -> None:
    config = TrainingConfig(collection_id="tiny", genres=("blues", "jazz"), model=FfnnConfig(units=(4,)))
    bands, frames = config.input_shape
    assert field_text(config) == "All"
    assert field_sentence(config) == f"Each unit sees all {bands:,} bands and {frames:,} frames."
    table = layer_table(config)
    assert list(table.columns) == ["Layer", "Output", "Parameters"]
    assert table["Parameters"].sum() == config.n_parameters
    # A unit has a weight for each cell and a bias; each of the two genres has four weights and a bias.
    assert config.n_parameters == 4 * (bands * frames + 1) + 2 * (4 + 1)


def test_segments_are_told_in_frames_and_as_a_share() -> None:
    front_end = MelSpectrogram()
    whole_s = front_end.shape[1] * front_end.frame_s
    assert segments_text(None, front_end) == "Whole clips."
    half = SegmentConfig(length_s=whole_s / 2)
    n_frames = round(front_end.shape[1] / 2)
    assert f" s are {n_frames:,} of the front end's {front_end.shape[1]:,} frames (50 % of " in segments_text(
        half, front_end
    )


def test_the_time_of_an_epoch_says_what_it_rests_on() -> None:
    config = TrainingConfig(collection_id="tiny", genres=("blues", "jazz"), epochs=20)
    measured = TimeEstimate(epoch_s=3.0, total_s=60.0, measured=True)
    assert time_text(config, measured) == "About 3.0 s per epoch, 20 epochs; as measured on this machine."
    rough = TimeEstimate(epoch_s=0.01, total_s=0.2, measured=False)
    assert time_text(config, rough) == (
        "Less than 0.1 s per epoch, 20 epochs; rough, 0.1 s to 0.8 s in all: nothing has been trained here yet."
    )
    assert (total_text(measured), total_text(rough)) == ("1 min 00 s", "roughly 0.2 s")
    assert "is being measured now" in time_text(config, rough, measuring=True)
