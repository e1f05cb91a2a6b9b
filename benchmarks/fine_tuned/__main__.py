"""Run the fine-tuned grid, as planned in plan.md: ``python -m benchmarks.fine_tuned FOLDER``."""

import argparse
import json
import logging
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.fine_tuned.stages import AS_GOOD, KINDS, SETS, SETTINGS, Set, Sweep, grid, tuning
from cartolearn.files import write_text

log = logging.getLogger("fine_tuned")


def main() -> None:
    """Tune and run, set by set; what is done already is not done again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where everything is written")
    parser.add_argument("--sets", nargs="*", choices=[one.name for one in SETS], default=None)
    parser.add_argument("--jobs", type=int, default=1, help="runs side by side")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.folder.mkdir(parents=True, exist_ok=True)
    for data in SETS:
        if options.sets is None or data.name in options.sets:
            tuned = {kind: setting(options.folder, data, kind, options.jobs) for kind in KINDS}
            for sweep in grid(data, tuned):
                run(options.folder, sweep, options.jobs)
    log.info("done")


def setting(folder: Path, data: Set, kind: str, jobs: int) -> tuple[str, ...]:
    """Return the first setting that is as good as the best on training rows set aside.

    It is chosen once.
    """
    path = folder / "tuned" / f"{kind}_{data.name}.json"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        sweeps = tuning(data, kind)
        for sweep in sweeps:
            run(folder, sweep, jobs)
        means = [validation(folder / "multirun" / sweep.name) for sweep in sweeps]
        first = next(n for n, mean in enumerate(means) if mean >= max(means) - AS_GOOD)
        table = {" ".join(words): mean for words, mean in zip(SETTINGS[kind], means, strict=True)}
        chosen = {"setting": SETTINGS[kind][first], "validation_aulc": table}
        write_text(path, json.dumps(chosen, indent=2) + "\n")
    kept = json.loads(path.read_text(encoding="utf-8"))
    return tuple(kept["setting"])


def validation(sweep: Path) -> float:
    """Return the mean over seeds of the accuracy on rows set aside; nothing else is read."""
    paths = sorted(sweep.glob("*/finished.json"))
    return statistics.fmean(json.loads(path.read_text())["validation_aulc"] for path in paths)


def run(folder: Path, sweep: Sweep, jobs: int) -> None:
    """Run a sweep below ``folder/multirun``; its finished runs are left as they are."""
    words = [*sweep.words, f"name={sweep.name}", "logger=none", f"hydra.launcher.jobs={jobs}"]
    log.info("%s: %s", sweep.name, " ".join(words))
    command = [sys.executable, "-m", "cartolearn", "run", "-m", *words]
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    main()
