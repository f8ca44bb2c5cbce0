"""A run store on a server that goes down: said in seconds, and a training goes on and is recorded whole afterwards."""

import socket
from typing import Any

import pytest

from core.clips.collection import Collection
from core.errors import RunError
from core.runs import client, store, writer
from core.runs.client import open_run_store, tracking_errors
from core.runs.record import EpochRecord
from core.runs.writer import RunWriter, create_run
from tests.core.conftest import _empty_store, empty_store, small_config

__all__ = ["_empty_store", "empty_store"]  # fixtures


def record(epoch: int) -> EpochRecord:
    return EpochRecord(epoch=epoch, loss=1 / epoch, accuracy=0.5, val_loss=1.0, val_accuracy=0.4)


def test_an_open_store_whose_server_is_gone_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.getsockname()[1]}")
        settings = client.load_settings()
        monkeypatch.setitem(client._open_stores, client._key(settings), client.RunStore(None, "1", settings))  # type: ignore[arg-type]
        assert open_run_store().experiment_id == "1"
    # Of a store without a client nothing can be asked: the knock alone must tell.
    with pytest.raises(RunError, match="No response from http://"):
        open_run_store()
    # Also where it goes down between opening and asking.
    with pytest.raises(RunError, match="No response from http://"), tracking_errors():
        raise OSError("Max retries exceeded with url: /api/2.0/mlflow/runs/search")


@pytest.mark.usefixtures("empty_store")
def test_an_outage_costs_no_epoch_and_is_not_asked_about_at_each(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    with RunWriter(run_id) as run_writer:
        run_writer.log_epoch(record(1))
        asked: list[Any] = []

        def down(settings: Any) -> None:
            asked.append(settings)
            raise RunError("No response.")

        with monkeypatch.context() as patch:
            patch.setattr(writer, "require_answer", down)
            for epoch in (2, 3, 4):
                run_writer.log_epoch(record(epoch))
        assert len(asked) == 1  # and then left alone for a while
        assert len(store.get_run(run_id).history) == 1
        monkeypatch.setattr(run_writer, "_quiet_until", 0.0)
        run_writer.log_epoch(record(5))
        assert [epoch.epoch for epoch in store.get_run(run_id).history] == [1, 2, 3, 4, 5]
        measured = open_run_store().client.get_metric_history(run_id, "loss")
        assert [metric.step for metric in measured] == [1, 2, 3, 4, 5]
        run_writer.interrupt("")


@pytest.mark.usefixtures("empty_store")
def test_what_a_training_has_made_waits_for_a_server_that_is_restarted(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_writer = RunWriter(create_run(small_config(tiny_collection), tiny_collection))
    tries: list[int] = []

    def down_twice(settings: Any) -> None:
        tries.append(1)
        if len(tries) <= 2:
            raise RunError("No response.")

    monkeypatch.setattr(writer, "require_answer", down_twice)
    monkeypatch.setattr(writer, "_PAUSE_S", 0.0)
    run_writer._await_store()
    assert len(tries) == 3
    monkeypatch.setattr(writer, "_PATIENCE_S", -1.0)
    tries.clear()
    with pytest.raises(RunError, match="No response"):
        run_writer._await_store()
