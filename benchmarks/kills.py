"""Kills at random moments, counted: what is left must go on to the very same, or be complete.

``python -m benchmarks.kills --times 100`` kills runs, runs that keep weights, sweeps, fine-tuned
transformers, imports of labels, page sessions and audits with SIGKILL at moments drawn at random,
starts each again, and compares with what an undisturbed one leaves. It prints how many of how many
were right, and exits with 1 if one was not.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from tests.audit.conftest import SMALL
from tests.audit.conftest import run as run_audit
from tests.label.conftest import toy_project, toy_texts
from tests.models.tiny import write_encoder
from tests.reliability.processes import content, finish, start, wait_for
from tests.reliability.small_run import execute_small, small_options, write_texts

LONGEST = 2.0  # seconds after which a process is killed at the latest


@dataclass(frozen=True)
class Kind:
    """Something to kill: ``once`` does it in a folder; ``whole`` says whether it is all there."""

    once: Callable[..., object]
    whole: Callable[[Path], bool]


def run_small(home: Path, folder: Path) -> None:
    execute_small(home / "texts.csv", folder / "run")


def run_keeping(home: Path, folder: Path) -> None:
    execute_small(home / "texts.csv", folder / "run", "loop.keep_weights=true")


def run_transformer(home: Path, folder: Path) -> None:
    from tests.models.test_runs import execute, words

    encoder = ["model=transformer", f"model.encoder={home / 'encoder'}"]
    execute(folder / "run", *words(home, *encoder, "model.inputs.max_tokens=12", "strategy=margin"))


def sweep(home: Path, folder: Path) -> None:
    """Do two runs side by side, as the launcher's own process."""
    from cartolearn.commands.run import main

    options = [*small_options(home / "texts.csv"), f"paths.cache_dir={home / 'cache'}"]
    sys.argv = ["cartolearn run", *options, "seed=0,1", f"hydra.sweep.dir={folder / 'run'}", "-m"]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        main()


def check_labels(home: Path, folder: Path) -> None:
    """Add a sheet of checks to an audit again and again; what stands twice is taken once."""
    from cartolearn.audit.files.add import add_file
    from cartolearn.audit.project.folder import Audit

    del home
    for _ in range(20):
        add_file(Audit.open(folder / "audit"), folder / "sheet.csv", by="ana")
    (folder / "done").touch()


def import_labels(home: Path, folder: Path) -> None:
    """Add a sheet again and again, as a script would; what stands twice is taken once."""
    from cartolearn.label.files.add import add_file
    from cartolearn.label.project.folder import Project

    del home
    for _ in range(20):
        add_file(Project.open(folder / "project"), folder / "sheet.csv", by="ana")
    (folder / "done").touch()


def label_on(home: Path, folder: Path) -> None:
    """Answer from the first text without a label on, one at a time, as a page session does."""
    from cartolearn.label.project.folder import Project

    del home
    project = Project.open(folder / "project")
    gold = toy_texts()[1]
    for row in range(len(project.state().labels), len(gold)):
        project.record([{"event": "label", "id": row, "label": gold[row]}], "ana")


def prepare(folder: Path) -> None:
    """Make a labelling project and an audit, and a sheet with a label for each of their texts."""
    toy_project(folder / "project")
    rows = "".join(f"{row},{label}\n" for row, label in enumerate(toy_texts()[1]))
    (folder / "sheet.csv").write_text("id,label\n" + rows)
    texts, labels = toy_texts()
    rows = "".join(f"{text},{labels[row // 2]}\n" for row, text in enumerate(texts))
    (folder / "labelled.csv").write_text("text,label\n" + rows)
    with redirect_stdout(StringIO()):
        run_audit("init", folder / "labelled.csv", "--out", folder / "audit", *SMALL)
        run_audit("next", folder / "audit", "-n", len(texts), "--out", folder / "to_check.csv")


def checks_whole(folder: Path) -> bool:
    """Tell whether every check is there and is the right one."""
    from cartolearn.audit.project.folder import Audit

    truth = Audit.open(folder / "audit").state().truth()
    return [truth[row] for row in sorted(truth)] == toy_texts()[1]


def runs_of(folder: Path) -> dict[str, object]:
    """Return what each run of a sweep left, without what tells how it was started."""
    return {job.name: content(job) for job in sorted(folder.glob("*/"))}


def labels_whole(folder: Path) -> bool:
    """Tell whether every label is there and is the right one."""
    from cartolearn.label.project.check import check_project
    from cartolearn.label.project.folder import Project

    state = Project.open(folder / "project").state()
    wrong = [f for f in check_project(folder / "project") if "cut short" not in f.problem]
    return not wrong and [state.labels[row].label for row in sorted(state.labels)] == toy_texts()[1]


def killed_at_random(kind: Kind, home: Path, folder: Path, draw: random.Random) -> bool:
    """Kill ``once`` up to three times, let it end, and tell whether all is as it should be."""
    for _ in range(draw.randint(1, 3)):
        process = start(kind.once, home, folder)
        time.sleep(draw.uniform(0, LONGEST))
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        wait_for(process)
    return wait_for(start(kind.once, home, folder)) == 0 and kind.whole(folder)


def main(arguments: list[str] | None = None) -> int:
    """Kill as often as asked, in turn over the kinds; return 1 if one was not as it should be."""
    parser = argparse.ArgumentParser("python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    words = parser.parse_args(arguments)
    draw, right = random.Random(words.seed), dict[str, list[bool]]()  # noqa: S311
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        write_texts(home / "texts.csv")
        kinds = kinds_of(home)
        for number in range(words.times):
            name = list(kinds)[number % len(kinds)]
            folder = home / f"{number}"
            folder.mkdir()
            prepare(folder)
            right.setdefault(name, []).append(killed_at_random(kinds[name], home, folder, draw))
            shutil.rmtree(folder)
    for name, results in right.items():
        sys.stdout.write(f"{name}: {sum(results)} of {len(results)} as undisturbed\n")
    return int(not all(map(all, right.values())))


def kinds_of(home: Path) -> dict[str, Kind]:
    """Return what is killed, each with what an undisturbed one leaves."""
    finish(home / "texts.csv", home / "plain")
    finish(home / "texts.csv", home / "kept", "loop.keep_weights=true")
    plain, kept = content(home / "plain"), content(home / "kept")
    write_encoder(home / "encoder")
    for once, name in ((run_transformer, "tuned"), (sweep, "swept")):
        wait_for(start(once, home, home / name))
    tuned, swept = content(home / "tuned/run"), runs_of(home / "swept/run")
    return {
        "runs": Kind(run_small, lambda folder: content(folder / "run") == plain),
        "runs that keep weights": Kind(run_keeping, lambda folder: content(folder / "run") == kept),
        "sweeps": Kind(sweep, lambda folder: runs_of(folder / "run") == swept),
        "transformers": Kind(run_transformer, lambda folder: content(folder / "run") == tuned),
        "imports": Kind(import_labels, labels_whole),
        "page sessions": Kind(label_on, labels_whole),
        "audits": Kind(check_labels, checks_whole),
    }


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
