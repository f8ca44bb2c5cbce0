from core.experiments.study import STUDY, StudyRow
from dashboard.tables.study import study_frame
from tests.dashboard.made_up import finished


def test_published_and_repeated_stand_side_by_side() -> None:
    cnn = next(experiment for experiment in STUDY if experiment.id == "cnn-10")
    frame = study_frame([StudyRow(cnn, finished("CNN", 20), None)])
    assert frame.to_dict("records") == [
        {
            "Experiment": "CNN, 10 genres",
            "Published": "68.0 % of 200",
            "Its 95 % interval": "61 to 74 %",
            "Here": "50.0 % of 40",
            "95 % interval": "35 to 65 %",
        }
    ]
    both = study_frame([StudyRow(cnn, None, finished("CNN", 20))])
    assert both.loc[0, "Here"] == "–"
    assert both.loc[0, "With the study's resize"] == "50.0 % of 40"
