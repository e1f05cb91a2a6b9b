"""``cartolearn serve-model MODEL``: answers HTTP requests with a model's labels."""

import argparse
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from cartolearn.commands.words import count, port
from cartolearn.config.cli import guarded

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: serve_model(words), "label")


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    found = argparse.ArgumentParser("cartolearn serve-model", description=__doc__)
    found.add_argument("model", type=Path, help="the folder that cartolearn label train wrote")
    found.add_argument("--host", default="127.0.0.1", help="address to listen at (this machine's)")
    found.add_argument("--port", type=port, default=8000, help="port (8000); 0 for a free one")
    found.add_argument(
        "--name", action="append", default=[], help="a host name by which it may be called, too"
    )
    found.add_argument("--max-texts", type=count, default=256, help="of a request (256)")
    found.add_argument("--max-characters", type=count, default=20_000, help="of a text (20000)")
    found.add_argument("--max-bytes", type=count, default=1 << 20, help="of a request (1 MiB)")
    return found


def serve_model(words: Namespace) -> None:
    """Serve until Ctrl-C.

    Raises:
        InputError: The extra is missing, the folder holds no model, or the port cannot be had.
    """
    from cartolearn.text_models.server import app_of, require_server, run

    require_server()
    from cartolearn.listening import address, listen
    from cartolearn.terminal import say
    from cartolearn.text_models.folder import load

    model = load(words.model)
    model.predict(["warm"])
    app = app_of(
        model,
        hosts=_hosts(words.host, words.name),
        texts=words.max_texts,
        characters=words.max_characters,
        body=words.max_bytes,
    )
    listening = listen(words.host, words.port)
    at = address(words.host, listening)
    say(f"{words.model} answers at {at}/predict and {at}/health (Ctrl-C ends it)")
    run(app, listening)


def _hosts(host: str, names: list[str]) -> list[str]:
    """Return the names to answer to: any, where it listens everywhere and none was told."""
    from cartolearn.text_models.server import LOCAL

    if host in EVERYWHERE:
        return [*LOCAL, *names] if names else ["*"]
    return [*LOCAL, host, *names]
