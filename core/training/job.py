"""What the job that trains a run is told."""


def training_spec(run_id: str, config: dict[str, object], *, resume: bool = False) -> dict[str, object]:
    """What the job that trains a run does, for `core.training.worker.run_training`."""
    spec: dict[str, object] = {"kind": "train", "run_id": run_id, "config": config}
    return {**spec, "resume": True} if resume else spec
