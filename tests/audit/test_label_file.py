"""The file of an audit's labels: whatever bit of it is turned, what is read are classes."""

from pathlib import Path

import numpy as np

from cartolearn.audit.project.labels import Labels, read_labels, write_labels
from cartolearn.errors import InputError

CLASSES = ["bug", "feature", "question"]


def test_a_turned_bit_is_found_or_leaves_labels_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "labels.parquet"
    given = np.array([[0, 1, 2, 1, -1, 0, 2, 2], [2, 1, 0, -1, 1, 1, 0, 2]])
    write_labels(path, Labels(["gpt", "crowd"], CLASSES, given, []))
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        for bit in (0, 3):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            try:
                found = read_labels(path, ["gpt", "crowd"], CLASSES).given
            except InputError:
                refused += 1
                continue
            assert ((found >= -1) & (found < len(CLASSES))).all()
    assert 0 < refused < 2 * len(whole)
