"""``cartolearn export-onnx MODEL --out FOLDER``: a transformer's model as ONNX, checked."""

import argparse
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from cartolearn.commands.words import TABLE
from cartolearn.config.cli import guarded


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: export_onnx(words), "label")


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    found = argparse.ArgumentParser("cartolearn export-onnx", description=__doc__)
    found.add_argument("model", type=Path, help="the folder that cartolearn label train wrote")
    found.add_argument("--out", type=Path, required=True, help="the new folder")
    found.add_argument("--check", type=Path, metavar="FILE", help="texts to check it on: " + TABLE)
    found.add_argument("--text", default="text", help="column of the text (text)")
    found.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")
    found.add_argument("--overwrite", action="store_true", help="replace a model there")
    return found


def export_onnx(words: Namespace) -> None:
    """Write the folder, if both say the same of the texts.

    Raises:
        InputError: The extra is missing, the model or the texts cannot be used, or they differ.
    """
    from cartolearn.data.reading.reader import open_texts
    from cartolearn.terminal import say
    from cartolearn.text_models.folder import check_place, load
    from cartolearn.text_models.onnx import export, require_onnx

    require_onnx()
    check_place(words.out, overwrite=words.overwrite)
    texts: list[str] = []
    if words.check:
        records = open_texts(words.check, words.text, None, encoding=words.encoding)
        texts = [record.text for record in records if record.text.strip()]
    checked = export(load(words.model), words.out, texts, overwrite=words.overwrite)
    kind = "texts" if texts else "made-up texts (--check FILE takes texts of yours)"
    say(
        f"{words.out} gives each of {checked.texts:,} {kind} the label that {words.model} gives;"
        f" probabilities differ by up to {checked.difference:.1g}. Its README.md says how to use it"
    )
