"""``cartolearn embed`` on Ray: the same files, through the death of a worker."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from cartolearn.commands.embed import main as embed
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import ProjectTexts, read_texts, write_texts
from cartolearn.embeddings.base import Corpus, Embedded
from cartolearn.embeddings.on_ray import on_ray
from cartolearn.embeddings.shards import Writer
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.launcher.ray_data import RayOptions
from tests.embeddings.test_shards import TEXTS, contents

ray = pytest.importorskip("ray", reason="ray is not installed (extra 'ray')")


@dataclass(frozen=True)
class Dying(WordLlama):
    """Ends its process at the first text that it is given, once."""

    marker: str = ""

    def embed(self, corpus: Corpus) -> Embedded:
        if not Path(self.marker).exists():
            Path(self.marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(corpus)


@pytest.mark.slow
def test_the_files_are_the_same_though_a_worker_dies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "texts.csv"
    table.write_text("text\n" + "".join(f"{text}\n" for text in TEXTS))
    words = [str(table), "features.shard_rows=7", "--out"]
    here, there, dead = (tmp_path / name / "out" for name in ("here", "there", "dead"))
    for folder in (here, there, dead):
        folder.parent.mkdir()
    assert embed([*words, str(here)]) == 0
    try:
        assert embed([*words, str(there), "ray.workers=2"]) == 0
        assert contents(there) == contents(here)
        write_texts(tmp_path / "texts.parquet", TEXTS)
        texts = read_texts(tmp_path / "texts.parquet")
        dying = Dying(marker=str(tmp_path / "died"))
        encode = on_ray(dying, texts, 7, RayOptions(workers=1))
        corpus = ProjectTexts(texts, len(texts))
        Writer(dead, corpus, dying, Storage(shard_rows=7), encode=encode).write()
        assert (tmp_path / "died").exists()
        for path in here.glob("*.npy"):
            assert (dead / path.name).read_bytes() == path.read_bytes()
    finally:
        ray.shutdown()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1:1", "no Ray answers there"),
        ("nowhere.invalid:6379", "no Ray answers there"),
        ("127.0.0.1:99999", "no Ray answers there"),
        ("6379", "give a host and a port"),
        ("host:", "give a host and a port"),
    ],
)
def test_where_no_ray_answers_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, told: str
) -> None:
    table = tmp_path / "texts.csv"
    table.write_text("text\na b\nb c\n")
    words = [str(table), "--out", str(tmp_path / "out"), "ray.workers=1"]
    assert embed([*words, f"ray.address='{address}'"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"error: ray.address={address}: {told}")
    assert not list(tmp_path.glob("out/*.npy"))


def test_what_reads_all_texts_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "texts.csv"
    table.write_text("text\na b\nb c\n")
    words = [str(table), "--out", str(tmp_path / "out"), "ray.workers=1", "embedding=tfidf_svd"]
    assert embed(words) == 2
    assert "reads all texts at once" in capsys.readouterr().err
