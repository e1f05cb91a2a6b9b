"""A model's README: what it is, how good it is, how it is used."""

from collections.abc import Mapping
from typing import Any

USE = """\
```python
from cartolearn import load

labels, probability, probabilities = load("this/folder").predict(["a text", "another one"])
```
"""
ORDER = (
    "`probability` is that of the label, `probabilities` has a column for each class, in this"
    " order. They are calibrated: of the texts with 0.8, about 80 % are right."
)
EXTRAS = {
    "sentence encoder": "sentence-transformer",
    "universal sentence encoder": "multilingual",
    "fine-tuned transformer": "transformers",
}
LIMITS = (
    "On texts of another source, time or language than those it learned from it may do worse; look"
    " at a sample of what it says before you rely on it."
)


def card(kept: Mapping[str, Any]) -> str:
    """Return the card of what ``model.json`` holds, as Markdown."""
    about = kept["about"]
    lines = [
        f"# A classifier of texts in {len(kept['classes'])} classes",
        "",
        _reads(kept["reads"]),
        "",
        "## Use",
        "",
        f"With `pip install '{_package(kept['reads'])}'` (the versions are below):",
        "",
        USE,
        ORDER,
        "",
        *_classes(kept["classes"], about.get("labels_per_class", {})),
        "## How good it is",
        "",
        *_measured(about),
        "",
        LIMITS,
        "",
        "## Where it comes from",
        "",
        *_origin(about),
        f"- Calibrated with the temperature {kept['temperature']:.3f}.",
        "- Versions: "
        + ", ".join(f"{name} {number}" for name, number in kept["versions"].items())
        + ".",
    ]
    return "\n".join(lines) + "\n"


def _reads(reads: Mapping[str, Any]) -> str:
    parts = ["tf-idf weights of words and letters"] if reads["ngrams"] else []
    if encoder := reads["encoder"]:
        parts.append(f"vectors of a frozen encoder ({encoder['kind']}, in `encoder/`)")
    return f"It reads {' and '.join(parts)}; a logistic regression does the rest."


def _package(reads: Mapping[str, Any]) -> str:
    kind = reads["encoder"]["kind"] if reads["encoder"] else ""
    extra = EXTRAS.get(kind)
    return f"cartography-active-learning{f'[{extra}]' if extra else ''}"


def _classes(classes: list[str], counts: Mapping[str, int]) -> list[str]:
    rows = [f"| {_cell(name)} | {counts.get(name, '')} |" for name in classes]
    return ["| class | labels |", "| --- | --- |", *rows, ""]


def _measured(about: Mapping[str, Any]) -> list[str]:
    found = about.get("accuracy")
    if not found:
        return ["It was not measured."]
    span = f"{found['low']:.3f} to {found['high']:.3f}"
    how = f"{found['method']}: {found['texts']} texts"
    lines = [f"- Accuracy {found['value']:.3f} ({found['level']:.0%} interval {span}), {how}."]
    scores = {score["name"]: score for score in about.get("candidates", [])}
    if taken := scores.get(about.get("chosen")):
        lines.append(f"- Macro-F1 {taken['macro_f1']:.3f}, on all labels, weighted as texts come.")
    if "majority" in scores:
        share = scores["majority"]["accuracy"]
        lines.append(f"- To say the commonest class always would be right in {share:.3f}.")
    return lines


def _origin(about: Mapping[str, Any]) -> list[str]:
    words = {
        "chosen": "Model",
        "reason": "Why this model",
        "labels": "Labels it learned from",
        "texts": "Texts in the project",
        "trained": "Written",
        "data_sha256": "Fingerprint of the texts and labels (SHA-256)",
    }
    return [f"- {text}: {_cell(str(about[key]))}." for key, text in words.items() if key in about]


def _cell(text: str) -> str:
    """Return text that cannot break a table or become markup of the page."""
    plain = " ".join(text.split())
    for mark in ("\\", "|", "<", "`", "[", "*", "_", "!"):
        plain = plain.replace(mark, f"\\{mark}")
    return plain
