"""The measured part of RESULTS.md, from the files in docs/results/ alone."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.results.collect import CURVES, MAPS, group_folders
from benchmarks.results.grid import RECIPES
from benchmarks.results.merge import CLAIMS, Written
from benchmarks.results.summary import cal_sentence, verdicts

TABLES = (
    "accuracy", "by_labels", "successor_or_every_round", "successor", "table_2_aso",
    "table_2_aso_paper", "paired_differences", "table_3_threshold", "table_4_overlap",
    "labels_needed", "full_data", "combined", "binary_classifier", "seconds",
)  # fmt: skip
LONG = ("learning_curves", "batch_statistics")
SHOWS = {
    "figure_1_full_map": "Data map of all training texts",
    "figure_2_seed_map": "Data map of a seed set with the boundary region of the threshold",
    "figure_3_learning_curves": "Learning curves",
    "figure_4_batch_statistics": "Where in the data map the batches lie, by round",
    "figure_5_6_densities": "Densities of the statistics of all training texts",
    "figure_7_threshold": "Threshold ablation",
    "figure_8_overlap": "Overlap of the selections",
    "figure_9_aso": "Pairwise ASO",
    "figure_10_binary_classifiers": "How well the binary classifiers tell their classes apart",
    "figure_11_lead_by_classifier": "CAL's lead over random by how well its classifier tells",
    "figure_12_successor": "The successor model beside the one that chose",
}


def render(results: Path, link: str) -> str:
    """Write the part as Markdown.

    Args:
        results: The folder that ``collect`` filled.
        link: How the page refers to it, for instance ``docs/results``.
    """
    lines = [
        "## What was run", "",
        table(results / "progress.md"), table(results / "table_1_datasets.md"),
        *map(table, results.glob("full_data_alone.md")),
        "## The claims", "", *claims(results, of_paper=True),
        f"Every part of each claim: [{link}/claims_parts.csv]({link}/claims_parts.csv).", "",
    ]  # fmt: skip
    told = claims(results, of_paper=False)
    for (dataset, protocol), folder in group_folders(results).items():
        if protocol not in RECIPES and told:
            lines += ["## Fine-tuned: do the claims hold?", "", *told]
            told = []
        lines += [f"## {dataset}, {protocol}", ""]
        lines += [cal_sentence(folder), verdicts(results / "claims.csv", dataset, protocol), ""]
        lines += group_lines(folder, f"{link}/{folder.name}")
    lines += wrong_label_lines(results)
    return "\n".join(lines).rstrip() + "\n"


def claims(results: Path, *, of_paper: bool) -> list[str]:
    """Return the table of verdicts on the paper's recipes, or on others; nothing if it is empty."""
    whole = Written.read(results / CLAIMS)
    places = [n for n, row in enumerate(whole.rows) if (whole.pair(row)[1] in RECIPES) == of_paper]
    part = whole.taken(places)
    return [*part.before, *part.lines, *part.after, ""] if places or of_paper else []


def table(path: Path) -> str:
    """Return a table that the report wrote as Markdown."""
    return path.read_text(encoding="utf-8")


def group_lines(folder: Path, link: str) -> Iterator[str]:
    """Figures, tables, and links to the long ones."""
    for name in (*CURVES, *MAPS):
        if (folder / f"{name}.png").is_file():
            yield f"![{SHOWS[name]}]({link}/{name}.png)\n"
    for name in TABLES:
        path = folder / f"{name}.md"
        if path.is_file():
            yield table(path)
    files = ", ".join(f"[{name}.csv]({link}/{name}.csv)" for name in LONG)
    yield f"As numbers by round: {files}.\n"


def wrong_label_lines(results: Path) -> list[str]:
    """Return the section on planted wrong labels."""
    paths = {name: results / f"wrong_labels_{name}.md" for name in ("trec", "agnews")}
    shown = [
        table(path) if path.is_file() else f"{name}: not measured yet.\n"
        for name, path in paths.items()
    ]
    return ["## Finding wrong labels", "", *shown]
