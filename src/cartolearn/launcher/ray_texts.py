"""What makes something of one block of texts after the other, in a process of Ray."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cartolearn.data.kept_texts import KeptTexts


class TextsWorker:
    """Reads blocks of a file of texts, which is at the same place on all machines.

    Args:
        make: Makes columns of one value each of a block's texts.
        path: The file.
        rows: Texts of a block.
    """

    def __init__(
        self, make: Callable[[list[str]], Mapping[str, Any]], path: Path, rows: int
    ) -> None:
        self.make, self.texts, self.rows = make, KeptTexts(path), rows

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is made of the block of a number, counted from 0, and the number."""
        number = int(batch["number"][0])
        texts = self.texts[number * self.rows : (number + 1) * self.rows]
        return {"number": [number], **self.make(texts)}
