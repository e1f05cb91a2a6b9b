"""What features of many texts cost: seconds a text at two sizes, and what follows for millions.

    python -m benchmarks.costs FOLDER            # measures, on one thread; FOLDER keeps the figures
    python -m benchmarks.costs FOLDER --page     # the tables of docs/scale.md

Texts are AG News, title and description (about 40 words). The second size checks the first: were
seconds not by the text, they would differ. Money is seconds times the price of a core's hour.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.coverage.sets import load
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Embedding
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.embeddings.wordllama import WordLlama

SIZES = {"wordllama": (2000, 8000), "all-MiniLM-L6-v2": (200, 800)}
DIMENSIONS = {"wordllama": 256, "all-MiniLM-L6-v2": 384}
MILLIONS = (1, 10, 100)
CORE_HOUR = 0.05  # a core's hour at a cloud, about, in dollars


def encoders() -> dict[str, Embedding]:
    """Return what is measured, by name."""
    return {
        "wordllama": WordLlama(),
        "all-MiniLM-L6-v2": SentenceEncoder("installed", None, max_tokens=200, batch_size=32),
    }


def measure(path: Path) -> None:
    """Measure what is not in the file yet; a first, small call pays for what is loaded once."""
    torch.set_num_threads(1)
    done = {(line["encoder"], line["texts"]) for line in read(path)}
    for name, embedding in encoders().items():
        for size in SIZES[name]:
            if (name, size) in done:
                continue
            texts = load("agnews", size).texts
            embedding.embed(ProjectTexts(texts[:8], 8))
            start = time.process_time()
            embedding.embed(ProjectTexts(texts, size))
            line = {"encoder": name, "texts": size, "cpu": time.process_time() - start}
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """Return what was measured so far."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def page(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield what was measured, and what follows from it."""
    yield "| encoder | texts | seconds of one core | a thousand texts |"
    yield "| --- | --- | --- | --- |"
    each = {}
    for line in lines:
        each[line["encoder"]] = line["cpu"] / line["texts"]  # of the larger size, which comes last
        rate = f"{1000 * each[line['encoder']]:.2f} s"
        yield f"| {line['encoder']} | {line['texts']:,} | {line['cpu']:.1f} | {rate} |"
    yield ""
    yield "| encoder | " + " | ".join(f"{number} million" for number in MILLIONS) + " |"
    yield "| --- |" + " --- |" * len(MILLIONS)
    for name, seconds in each.items():
        cells = []
        for number in MILLIONS:
            hours = 1e6 * number * seconds / 3600
            disk = 4e6 * number * DIMENSIONS[name] / 1e9
            cells.append(f"{hours:,.2f} core hours, ${hours * CORE_HOUR:,.3f}, {disk:,.0f} GB")
        yield f"| {name} | " + " | ".join(cells) + " |"


def main(words: Sequence[str]) -> None:
    """Measure, or write the tables."""
    folder, *rest = words
    path = Path(folder) / "costs.jsonl"
    if rest == ["--page"]:
        print("\n".join(page(read(path))))
    else:
        measure(path)


if __name__ == "__main__":
    main(sys.argv[1:])
