"""What the job that trains a run is told."""


def training_spec(
    run_id: str, config: dict[str, object], *, resume: bool = False, place: str = ""
) -> dict[str, object]:
    """What the job that trains a run does, for `core.training.worker.run_training`.

    ``place``, how the run is known within its group, is for those who look at what waits.
    """
    spec: dict[str, object] = {"kind": "train", "run_id": run_id, "config": config}
    if place:
        spec["place"] = place
    return {**spec, "resume": True} if resume else spec
