"""Run the benchmarks, print their table and keep it in ``benchmarks/results.json``."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks.report import markdown_table, write_results
from benchmarks.timing import Result


def _features(*, quick: bool) -> Iterator[Result]:
    # Imported here: a worker process of the extraction imports this module too, and needs none of librosa.
    from benchmarks import features

    return features.run(quick=quick)


def _formats(*, quick: bool) -> Iterator[Result]:
    from benchmarks import formats

    return formats.run(quick=quick)


def _importing(*, quick: bool) -> Iterator[Result]:
    from benchmarks import importing

    return importing.run(quick=quick)


def _passages(*, quick: bool) -> Iterator[Result]:
    from benchmarks import passages

    return passages.run(quick=quick)


def _store(*, quick: bool) -> Iterator[Result]:
    from benchmarks import store

    return store.run(quick=quick)


def _training(*, quick: bool) -> Iterator[Result]:
    from benchmarks import training

    return training.run(quick=quick)


def _songs(*, quick: bool) -> Iterator[Result]:
    from benchmarks import songs

    return songs.run(quick=quick)


def _many(*, quick: bool) -> Iterator[Result]:
    from benchmarks import many

    return many.run(quick=quick)


def _ears(*, quick: bool) -> Iterator[Result]:
    from benchmarks import ears

    return ears.run(quick=quick)


def _demo(*, quick: bool) -> Iterator[Result]:
    from benchmarks import demo

    return demo.run(quick=quick)


def _neighbours(*, quick: bool) -> Iterator[Result]:
    from benchmarks import neighbours

    return neighbours.run(quick=quick)


def _unlike(*, quick: bool) -> Iterator[Result]:
    from benchmarks import unlike

    return unlike.run(quick=quick)


def _explanations(*, quick: bool) -> Iterator[Result]:
    from benchmarks import explanations

    return explanations.run(quick=quick)


def _what_if(*, quick: bool) -> Iterator[Result]:
    from benchmarks import what_if

    return what_if.run(quick=quick)


def _estimates(*, quick: bool) -> Iterator[Result]:
    from benchmarks import estimates

    return estimates.run(quick=quick)


def _scale(*, quick: bool, n_clips: int | None = None, folder: Path | None = None) -> Iterator[Result]:
    from benchmarks import scale

    return scale.run(quick=quick, n_clips=n_clips, folder=folder)


def _cluster(*, quick: bool) -> Iterator[Result]:
    from benchmarks import cluster

    return cluster.run(quick=quick)


def _pages(*, quick: bool) -> Iterator[Result]:
    from benchmarks import pages

    return pages.run(quick=quick)


def _browser(*, quick: bool) -> Iterator[Result]:
    from benchmarks import browser

    return browser.run(quick=quick)


GROUPS = {
    "features": _features,
    "formats": _formats,
    "importing": _importing,
    "passages": _passages,
    "store": _store,
    "training": _training,
    "songs": _songs,
    "many": _many,
    "ears": _ears,
    "demo": _demo,
    "neighbours": _neighbours,
    "unlike": _unlike,
    "explanations": _explanations,
    "what-if": _what_if,
    "estimates": _estimates,
    "scale": _scale,
    "cluster": _cluster,
    "pages": _pages,
    "browser": _browser,
}
RESULTS = Path(__file__).parent / "results.json"


def main(arguments: list[str] | None = None) -> int:
    """Entry of ``python -m benchmarks``; 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"which to run, of {', '.join(GROUPS)} (default all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and clips: to see that it runs")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results are kept")
    parser.add_argument("--clips", type=int, help="of scale: how many (default 5,000); 100,000 need 17 GB of disk")
    parser.add_argument("--folder", type=Path, help="of scale: where to work (default the temporary folder)")
    options = parser.parse_args(arguments)
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    results: list[Result] = []
    # One core on both sides: extraction is parallel over clips.
    with threadpool_limits(1):
        for name in options.groups or GROUPS:
            own = {"n_clips": options.clips, "folder": options.folder} if name == "scale" else {}
            for result in GROUPS[name](quick=options.quick, **own):
                results.append(result)
                print(f"{result.name}: done", file=sys.stderr)
    print(markdown_table(results))
    write_results(options.output, results)
    return int(any(result.met is False for result in results))


if __name__ == "__main__":
    sys.exit(main())
