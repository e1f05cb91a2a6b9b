"""The layout of fastText's ``.bin`` files: is all of it there?

fastText's own reader does not notice that a file is cut short: it gives wrong vectors, or never
returns. So the parts are walked through first: int32 magic and version; 12 int32 and a float64
of arguments; int32 entries, words and labels, int64 tokens and pruned entries; for each entry its
word, a zero byte, an int64 and a byte; 8 bytes for each pruned entry; then twice (input and
output) a byte that tells if the matrix is quantised, int64 rows and columns, and float32 values.
"""

import mmap
import struct
from pathlib import Path

from cartolearn.errors import InputError

MAGIC = 793712314
PREAMBLE = struct.Struct("<2i12id3i2q")
MATRIX = struct.Struct("<?2q")
AFTER_WORD = 1 + 8 + 1  # the zero byte, the count, the type


def check_whole(path: Path) -> None:
    """Raise ``InputError`` unless ``path`` is a whole fastText model.

    Of a quantised model only the dictionary is checked.
    """
    try:
        if path.stat().st_size < PREAMBLE.size:
            raise InputError(f"{path}: not a fastText .bin file, or cut short.")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            missing = _end(path, data) - len(data)
    except OSError as error:
        raise InputError(
            f"{path}: cannot read the word vectors: {error.strerror or error}."
        ) from error
    except struct.error:
        raise _cut_short(path) from None
    if missing > 0:
        raise _cut_short(path)


def _end(path: Path, data: mmap.mmap) -> int:
    """Return where a whole file ends, in bytes, as far as its own counts tell."""
    magic, *_, entries, _, _, _, pruned = PREAMBLE.unpack_from(data)
    if magic != MAGIC:
        raise InputError(f"{path}: not a fastText .bin file.")
    position = PREAMBLE.size
    for _ in range(entries):
        end_of_word = data.find(b"\0", position)
        if end_of_word < 0:
            raise _cut_short(path)
        position = end_of_word + AFTER_WORD
    position += 8 * max(pruned, 0)
    for _ in ("input", "output"):
        quantised, rows, columns = MATRIX.unpack_from(data, position)
        if quantised:
            break
        position += MATRIX.size + 4 * rows * columns
    return position


def _cut_short(path: Path) -> InputError:
    return InputError(f"{path}: the fastText model is cut short. Download it again.")
