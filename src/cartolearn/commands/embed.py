"""``cartolearn embed``: the features of a file, a labelling project or an audit, as shards."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from cartolearn.commands.words import TABLE, understood
from cartolearn.config.cli import guarded
from cartolearn.errors import InputError

OPTIONS = "options of conf/embed.yaml, e.g. features.dtype=float16"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = understood(parser(), sys.argv[1:] if arguments is None else arguments, "embed")
    return guarded(partial(embed, words), "embed")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    top = argparse.ArgumentParser(
        prog="cartolearn embed",
        description="Write the features of texts as numbered shards; the same command goes on.",
        epilog=f"Takes {OPTIONS}",
    )
    top.add_argument("source", type=Path, help="a labelling project, an audit, or a " + TABLE)
    top.add_argument("--text", default="text", help="of a file: column of the text (text)")
    top.add_argument("--out", type=Path, help="of a file: the folder of the shards")
    top.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")
    return top


def embed(words: argparse.Namespace) -> None:
    """Write the shards that are missing.

    Raises:
        InputError: The texts, the options or the folder cannot be used.
    """
    from cartolearn.audit.project.folder import Audit
    from cartolearn.commands.embedding import embed_file, embed_project
    from cartolearn.label.project.folder import Project

    on = [option for option in words.options if option.startswith("ray.")]
    others = [option for option in words.options if option not in on]
    if (words.source / Project.file).exists():
        embed_project(Project.open(words.source, others), on)
    elif (words.source / Audit.file).exists():
        embed_project(Audit.open(words.source, others), on)
    elif words.out is None:
        raise InputError(f"{words.source} is no project: say where to write with --out FOLDER")
    else:
        embed_file(words)


if __name__ == "__main__":
    sys.exit(main())
