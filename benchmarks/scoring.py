"""Rows ``pass`` and ``dropout``: scoring a pool against its matrix products alone."""

import torch

from benchmarks.measure import medians
from benchmarks.result import Result
from benchmarks.settings import WIDTH, Settings, classifier, data, trained
from cartolearn.models.predict import CHUNK_ROWS


def scoring_rows(settings: Settings) -> list[Result]:
    """Measure one pass, ten dropout passes, and the products of one pass alone."""
    rows, classes = settings.size(119_000, 3000), 4
    x, y = data(rows, classes)
    ours, ids = trained(classifier(y, classes), x, classes), torch.arange(rows)
    shapes = [(WIDTH, 300), (300, 300), (300, 300), (300, classes)]
    matrices = [torch.randn(shape) for shape in shapes]

    def products(chunk: int) -> None:
        out = [torch.empty(chunk, shape[1]) for shape in shapes]
        inner = torch.randn(chunk, WIDTH)
        for start in range(0, rows, chunk):
            part = x[start : start + chunk]
            for depth, (matrix, into) in enumerate(zip(matrices, out, strict=True)):
                torch.mm(inner[: len(part)] if depth else part, matrix, out=into[: len(part)])

    jobs = {
        "products in chunks": lambda: products(CHUNK_ROWS),
        "products at once": lambda: products(rows),
        "pass": lambda: ours.probabilities(ids),
        "dropout": lambda: ours.dropout(ids, 10, torch.Generator().manual_seed(0)),
    }
    repetitions = settings.repetitions
    with torch.inference_mode():
        ms = {name: 1e3 * s for name, s in medians(jobs, repetitions, cpu=settings.cpu).items()}
    fastest = min(ms["products in chunks"], ms["products at once"])
    flops = 2 * rows * sum(below * above for below, above in shapes)
    notes = [f"the products alone reach {flops / fastest / 1e6:.0f} Gflop/s"]
    return [
        Result(
            "pass", f"one pass over {rows:,} x {WIDTH}; its matrix products alone, the faster of"
            f" chunks of {CHUNK_ROWS} and all at once (the ratio is the share of that speed)",
            ms["pass"], fastest, "ms", 0.8, side="at least", repetitions=repetitions, notes=notes,
        ),
        Result(
            "dropout", f"ten dropout passes over {rows:,} x {WIDTH}; one pass",
            ms["dropout"], ms["pass"], "ms", 7.0, repetitions=repetitions,
        ),
    ]  # fmt: skip
