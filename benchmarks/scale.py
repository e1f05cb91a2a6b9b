"""Large pools: seconds and peak memory of each command of labelling, by the number of texts.

Texts are made up, eight words of one of four classes; their features are 64 numbers of float16 (a
class's centre and noise), written as shards in place of an encoder's. Each command is a process of
its own, on one thread, forked from one that has imported everything: what the imports take is not
counted in the seconds, and is in the memory. A line of results is written after each; what is there
is not done again.

    python -m benchmarks.scale FOLDER 10000 100000 1000000
    python -m benchmarks.scale FOLDER --page
"""

import csv
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmarks.growth_figure import Growth
from benchmarks.measure import ROOT
from cartolearn.commands.label import main as label
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Corpus, Embedded, EmbeddingReport
from cartolearn.embeddings.shards import Writer
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.label.project.folder import Project

Main = Callable[[Sequence[str]], int]

CLASSES = "abcd"
WIDTH, WORDS = 64, 500
BATCH, BATCHES = 50, 4
FIGURE = ROOT / "docs" / "images" / "scale.png"
COMMANDS = ("init", "first", "next", "like", "status", "predict", "export")
IMPORTED = (
    "hydra", "torch", "pytorch_lightning", "sklearn.metrics", "scipy.sparse", "tokenizers",
    "pyarrow.parquet", "py3langid", "cartolearn.label.commands", "cartolearn.label.choosing.batch",
    "cartolearn.label.measuring.status", "cartolearn.label.files.predictions", "pandas",
)  # fmt: skip
SAID = {
    "init": "`init` of a CSV",
    "first": "`next`, before there are labels",
    "next": f"`next`, {BATCH * BATCHES} labels",
    "like": "`next --like TEXT`",
    "status": "`status`",
    "predict": "`predict` of the same CSV",
    "export": "`export` of the labelled",
}


class Synthetic:
    """Stands in for word pieces: the centre of a text's class and noise, float32 [R, 64]."""

    reads_all: ClassVar[bool] = False

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Pass for the embedding of the project."""
        return WordLlama().identity(corpus)

    def embed(self, corpus: Corpus) -> Embedded:
        """Draw the features by the first text."""
        texts = corpus.texts
        random = np.random.default_rng(len(texts[0]) + hash(texts[0]) % 2**32)
        centres = np.random.default_rng(1).normal(size=(len(CLASSES), WIDTH))
        classes = [CLASSES.index(text[0]) for text in texts]
        rows = centres[classes] + 2 * random.normal(size=(len(texts), WIDTH))
        report = EmbeddingReport(
            "noise", "benchmarks.scale", "none", WIDTH, len(texts), None, None, []
        )
        return Embedded(rows.astype(np.float32), report)


Synthetic.__module__, Synthetic.__qualname__ = WordLlama.__module__, WordLlama.__qualname__


def main(words: Sequence[str]) -> None:
    """Measure the sizes named, or write the table and the picture of what was measured."""
    folder, *rest = words
    results = Path(folder) / "results.jsonl"
    if rest == ["--page"]:
        page(read(results))
        return
    for module in IMPORTED:
        import_module(module)
    for size in map(int, rest):
        measure(Path(folder), size, results)


def measure(folder: Path, size: int, results: Path) -> None:
    """Do what is missing of one size; its files go once all is done."""
    work = folder / str(size)
    table, project = work / "texts.csv", work / "project"
    done = {line["command"] for line in read(results) if line["size"] == size}
    if done >= set(COMMANDS):
        return
    work.mkdir(parents=True, exist_ok=True)
    if not table.exists():
        write(table, size)
    if not (project / "project.yaml").exists():
        options = ["embedding=wordllama", "labelling.model=words"]
        words = ["init", table, "--text", "text", "--classes", ",".join(CLASSES), *options]
        timed(results, size, "init", *words, "--out", project)
    shards = work / "shards"
    forked(lambda: written(Project.open(project).texts, shards))
    given = f"paths.features={shards}"
    if "first" not in done:
        timed(results, size, "first", "next", project, "-n", BATCH, given)
    sheet = project / "to_label.csv"
    while len(Project.open(project).state().labels) < BATCH * BATCHES:
        answer(sheet)
        run("add", project, sheet)
        run("next", project, "-n", BATCH * (BATCHES - 1), given)
    for command, more in {
        "next": ["next", project, "-n", BATCH, given, "--overwrite"],
        "like": ["next", project, "-n", BATCH, given, "--overwrite", "--like", "7"],
        "status": ["status", project, given],
        "predict": ["predict", project, table, "--out", work / "said.csv", "--overwrite", given],
        "export": ["export", project, "--overwrite"],
    }.items():
        if command not in done:
            timed(results, size, command, *more)
    shutil.rmtree(work)


def write(path: Path, size: int) -> None:
    """Write a CSV of made-up texts."""
    random = np.random.default_rng(0)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write("text\n")
        for start in range(0, size, 10_000):
            rows = min(10_000, size - start)
            words = random.integers(0, WORDS, (rows, 8))
            for name, row in zip(random.integers(0, 4, rows).tolist(), words.tolist(), strict=True):
                file.write(" ".join(f"{CLASSES[name]}{word}" for word in row) + "\n")
    part.rename(path)


def answer(sheet: Path) -> None:
    """Fill in the labels of a batch: the class whose words a text has."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    text, label = header.index("text"), header.index("label")
    for row in rows:
        row[label] = row[text][0]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def run(*words: object, of: Main = label) -> tuple[float, float, float]:
    """Run a command, of labelling by default; return its seconds, CPU seconds, and peak MB.

    Raises:
        RuntimeError: It failed.
    """
    return forked(lambda: of(list(map(str, words))))


def forked(work: Callable[[], int]) -> tuple[float, float, float]:
    """Do some work in a process of its own; return its seconds, CPU seconds, and peak MB."""
    start = time.perf_counter()
    child = os.fork()
    if not child:
        with open(os.devnull, "w", encoding="utf-8") as nothing, redirect_stdout(nothing):  # noqa: PTH123
            os._exit(work())
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"it ended with {os.waitstatus_to_exitcode(status)}")
    cpu = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, cpu, usage.ru_maxrss / 1000


def written(texts: Sequence[str], shards: Path) -> int:
    """Write features of texts."""
    Writer(shards, ProjectTexts(texts, len(texts)), Synthetic(), Storage("float16")).write()
    return 0


def timed(results: Path, size: int, command: str, *words: object, of: Main = label) -> None:
    """Run a command and write down what it took."""
    seconds, cpu, peak = run(*words, of=of)
    line = {"size": size, "command": command, "seconds": seconds, "cpu": cpu, "peak": peak}
    with results.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def read(results: Path) -> list[dict[str, Any]]:
    """Return what was measured so far."""
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


def page(measured: list[dict[str, Any]]) -> None:
    """Print the table for docs/scale.md, and draw the picture."""
    known = {(line["command"], line["size"]): line for line in measured}
    sizes = sorted({line["size"] for line in measured})
    print("\n".join(table(known, sizes)))
    draw(list(grown(known, sizes)))


def table(
    known: Mapping[tuple[str, int], Mapping[str, float]],
    sizes: list[int],
    said: Mapping[str, str] = SAID,
) -> Iterator[str]:
    """Yield the lines of the table, one for each command that ``said`` names."""
    yield "| | " + " | ".join(f"{size:,} texts" for size in sizes) + " |"
    yield "| --- |" + " --- |" * len(sizes)
    for command, name in said.items():
        cells = []
        for size in sizes:
            line = known.get((command, size))
            told = f"{line['cpu']:.1f} s, {line['peak'] / 1000:.2f} GB" if line else ""
            cells.append(told)
        yield f"| {name} | " + " | ".join(cells) + " |"


def grown(
    known: Mapping[tuple[str, int], Mapping[str, float]], sizes: list[int]
) -> Iterator[Growth]:
    """Yield each command's seconds and memory by size."""
    for command in COMMANDS:
        there = [size for size in sizes if (command, size) in known]
        lines = [known[command, size] for size in there]
        seconds, memory = ([line[key] for line in lines] for key in ("cpu", "peak"))
        yield Growth(command, "texts", there, seconds, memory)


def draw(growths: list[Growth]) -> None:
    """Draw seconds and memory against size on logarithmic axes, with a line of slope 1."""
    import seaborn as sns
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    seconds, memory = figure.subplots(1, 2)
    colours = sns.color_palette("colorblind", len(growths))
    for one, colour, marker in zip(growths, colours, "os^DvPX", strict=True):
        seconds.loglog(one.sizes, one.seconds, color=colour, marker=marker, label=one.name)
        memory.loglog(one.sizes, one.memory, color=colour, marker=marker)
    sizes = max((one.sizes for one in growths), key=len)
    top = max(one.seconds[-1] for one in growths)
    seconds.loglog(sizes, [top * n / sizes[-1] for n in sizes], ":", color="grey", label="linear")
    memory.axhline(4000, color="grey", ls=":")
    seconds.set(xlabel="texts", ylabel="seconds of the processor")
    memory.set(xlabel="texts", ylabel="peak memory, MB (dotted: 4 GB)")
    figure.legend(loc="outside right center")
    figure.savefig(FIGURE, dpi=110)


if __name__ == "__main__":
    main(sys.argv[1:])
