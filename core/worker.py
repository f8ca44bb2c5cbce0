"""The child process of a background job: ``python -m core.worker JOB_FOLDER``."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

from core.errors import GenreLabError, JobError
from core.files import read_json, storage_error
from core.home.opening import open_home
from core.jobs.reporter import ProgressReporter


def _demo(_: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.importing.demo import build_demo

    collection = build_demo(reporter)
    return None if collection is None else {"collection_id": collection.id}


def _download(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.importing.download import download_collection
    from core.importing.jobs import analyse_registered

    collection = download_collection(spec["collection_id"], reporter)
    return None if collection is None else analyse_registered(collection)


def _unpack(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.importing.jobs import run_import

    return run_import(spec, reporter)


def _classify(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.classifying.job import run_job

    return run_job(spec, reporter)


def _extract(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.collections.registry import load_collection
    from core.extraction.extract import extract
    from core.features.table import features_from_dict

    front_ends = [features_from_dict(values) for values in spec["front_ends"]]
    report = extract(load_collection(spec["collection_id"]), front_ends, reporter=reporter)
    if report.stopped:
        return None
    return {"n_extracted": report.n_extracted, "n_present": report.n_present, "failures": report.failures}


def _train(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    reporter.phase("Importing libraries", detail="This takes some seconds")
    from core.training.worker import run_training

    return run_training(spec, reporter)


def _quality(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.quality.check import check_collection

    report = check_collection(spec["collection_id"], reporter=reporter)
    return None if report is None else {"n_clips": report.n_clips, "n_findings": len(report.findings)}


def _search(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.search.conduct import conduct_search

    return conduct_search(spec["search_id"], reporter)


def _measure(_: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.queue.measuring import run_measurement

    return run_measurement(reporter)


def _embed(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.prediction.stored_embeddings import embed_collection

    n = embed_collection(spec["collection_id"], spec["run_id"], reporter=reporter)
    return None if n is None else {"n_embedded": n}


def _unlike(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.prediction.unlike import learn_for_run

    learnt = learn_for_run(spec["run_id"], reporter)
    return None if learnt is None else {"n_clips": learnt.n_clips}


def _robustness(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    from core.explanation.robustness_record import measure_for_run

    reporter.phase("Importing libraries", detail="This takes some seconds")
    found = measure_for_run(spec["run_id"], spec["changes"], n_clips=spec["n_clips"], reporter=reporter)
    return None if found is None else {"n_clips": len(found.clips), "changes": list(found.curves)}


def _prediction(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    reporter.phase("Importing libraries", detail="This takes some seconds")
    from core.prediction.timing import measure_runs

    found = measure_runs(spec["run_ids"], reporter)
    return None if found is None else {"prediction_ms": found}


def _temperature(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    reporter.phase("Importing libraries", detail="This takes some seconds")
    from core.training.temperature import fit_for_run

    found = fit_for_run(spec["run_id"], reporter)
    return None if found is None else {"temperature": found.value, "n_clips": found.n}


def _import_model(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    reporter.phase("Importing libraries", detail="This takes some seconds")
    from core.exchange.adopt import run_import_model

    return run_import_model(spec, reporter)


_KINDS = {
    "classify": _classify,
    "demo": _demo,
    "download": _download,
    "unpack": _unpack,
    "embed": _embed,
    "extract": _extract,
    "import-model": _import_model,
    "measure": _measure,
    "prediction": _prediction,
    "quality": _quality,
    "robustness": _robustness,
    "search": _search,
    "temperature": _temperature,
    "train": _train,
    "unlike": _unlike,
}


def main(folder: Path) -> int:
    """Do the job of a folder; its last word is always written, whatever happens."""
    # What people read as the job's log: our own notes, and of the libraries what they warn of.
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    logging.getLogger("core").setLevel(logging.INFO)
    reporter = ProgressReporter(folder)
    try:
        open_home()
        spec = read_json(folder / "spec.json")
        if spec.get("kind") not in _KINDS:
            raise JobError(f"Kind of job: expected one of {', '.join(_KINDS)}, got {spec.get('kind')!r}.")
        result = _KINDS[spec["kind"]](spec, reporter)
    except GenreLabError as error:
        traceback.print_exc()
        reporter.finish("failed", detail=str(error))
        return 1
    except MemoryError:
        traceback.print_exc()
        reporter.finish("failed", detail="The machine ran out of memory. Choose fewer genres or a smaller model.")
        return 1
    except OSError as error:
        traceback.print_exc()
        full = storage_error(error)
        reporter.finish("failed", detail=str(full or f"Unexpected {type(error).__name__}: {error}."))
        return 1
    except Exception as error:  # the last word must be written; the log has the whole story
        traceback.print_exc()
        reporter.finish("failed", detail=f"Unexpected {type(error).__name__}: {error}. The log has the details.")
        return 1
    if result is None:
        reporter.finish("stopped", detail="Stopped on request.")
    else:
        reporter.finish("done", result=result)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
