"""Numbered shards: resumed, appended to, refused where they do not fit."""

import multiprocessing
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from cartolearn.checksums import of_file
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Corpus, Embedded, Embedding
from cartolearn.embeddings.cache import Entry, features_in, features_of
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.embeddings.shards import Writer, write_rows
from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.errors import InputError
from tests.embeddings.lengths import Lengths

TEXTS = ["a" * (1 + i % 7) + (" b" if i % 3 else "") for i in range(23)]
SMALL = Storage(shard_rows=5)


def corpus(texts: list[str]) -> ProjectTexts:
    return ProjectTexts(texts, len(texts))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_rows_are_the_same_in_however_many_shards(tmp_path: Path) -> None:
    whole = Lengths().embed(corpus(TEXTS)).features
    for rows in (1, 5, 22, 23, 100):
        features = features_of(corpus(TEXTS), Lengths(), tmp_path, Storage(shard_rows=rows))
        assert len(features.shards) == -(-23 // rows)
        np.testing.assert_array_equal(features[:], whole)
        ids = np.array([22, 0, 4, 5, 5, 21, 9, 10])
        np.testing.assert_array_equal(features[ids], whole[ids])
        np.testing.assert_array_equal(features[torch.from_numpy(ids)], whole[ids])
        np.testing.assert_array_equal(features[whole[:, 0] > 4], whole[whole[:, 0] > 4])
        np.testing.assert_array_equal(features[3:17], whole[3:17])
        assert features[ids[:0]].shape == (0, 2)
        assert features.report == Lengths().embed(corpus(TEXTS)).report
        assert features.digest() == features_of(corpus(TEXTS), Lengths(), tmp_path).digest()


def test_standardised_rows_are_those_of_the_formula(tmp_path: Path) -> None:
    features = features_of(corpus(TEXTS), Lengths(), tmp_path, SMALL)
    whole = Lengths().embed(corpus(TEXTS)).features
    mean, scale = moments(features)
    np.testing.assert_allclose(mean, whole.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(scale, whole.std(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(features.standardised(mean, scale)[:], (whole - mean) / scale)


def test_float16_takes_half_the_space_and_gives_float32(tmp_path: Path) -> None:
    half = features_of(corpus(TEXTS), Lengths(), tmp_path, Storage("float16", 5))
    assert half.shards[0].dtype == torch.float16
    assert half[:].dtype == torch.float32
    whole = Lengths().embed(corpus(TEXTS)).features
    np.testing.assert_array_equal(half[:], whole.astype(np.float16).astype(np.float32))
    with pytest.raises(InputError, match=r"23 texts.*too large for float16: take features.dtype"):
        features_of(corpus(TEXTS), Lengths(1e6), tmp_path, Storage("float16", 100))


def test_texts_that_are_added_are_embedded_alone(tmp_path: Path) -> None:
    embedding = Lengths()
    features_of(corpus(TEXTS), embedding, tmp_path, SMALL)
    assert embedding.calls == [5, 5, 5, 5, 3]
    more = [*TEXTS, *["new text"] * 9]
    features = features_of(corpus(more), embedding, tmp_path, SMALL)
    assert embedding.calls[5:] == [5, 5, 2]  # the last shard was not full
    np.testing.assert_array_equal(features[:], Lengths().embed(corpus(more)).features)
    features_of(corpus(more[::-1]), embedding, tmp_path, SMALL)
    assert len(embedding.calls) > 8


def test_a_folder_is_appended_to_and_shortened_in_its_place(tmp_path: Path) -> None:
    for texts in (TEXTS, [*TEXTS, "x"], TEXTS[:11]):
        Writer(tmp_path / "out", corpus(texts), Lengths(), SMALL).write()
        np.testing.assert_array_equal(
            features_in(tmp_path / "out", corpus(texts), Lengths())[:],
            Lengths().embed(corpus(texts)).features,
        )
    names = ["00000.npy", "00001.npy", "00002.npy", "manifest.json"]
    assert sorted(contents(tmp_path / "out")) == names


def test_what_reads_all_texts_is_cut_into_shards(tmp_path: Path) -> None:
    embedding = TfidfSvd(2, 50, 0)
    texts = [f"{'cat' if i % 2 else 'dog'} number {i % 5}" for i in range(12)]
    features = features_of(corpus(texts), embedding, tmp_path, SMALL)
    whole = embedding.embed(corpus(texts))
    np.testing.assert_array_equal(features[:], whole.features)
    assert features.report == whole.report
    more = features_of(corpus([*texts, "dog"]), embedding, tmp_path, SMALL)
    np.testing.assert_array_equal(more[:], embedding.embed(corpus([*texts, "dog"])).features)


PROBLEMS: dict[str, tuple[list[str], Embedding, str]] = {
    "other texts": (["b", *TEXTS[1:]], Lengths(), "its rows 0 to 4 are of other texts"),
    "fewer texts": (TEXTS[:-1], Lengths(), "it holds 23 rows, and there are 22 texts"),
    "another option": (TEXTS, Lengths(2.0), "made with other options or files: factor"),
    "another encoder": (TEXTS, TfidfSvd(2, 50, 0), "made by tests.embeddings.lengths.Lengths"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_manifest_that_does_not_fit_is_one_line(tmp_path: Path, name: str) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    before = contents(tmp_path)
    texts, embedding, told = PROBLEMS[name]
    with pytest.raises(InputError, match=told) as problem:
        features_of(corpus(texts), embedding, tmp_path, given=tmp_path)
    assert "\n" not in str(problem.value)
    assert contents(tmp_path) == before


def test_missing_damaged_and_unfinished_shards_are_named(tmp_path: Path) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    before = contents(tmp_path)
    (tmp_path / "00002.npy").unlink()
    with pytest.raises(InputError, match=r"00002.npy is missing; .*cartolearn embed"):
        features_in(tmp_path, corpus(TEXTS), Lengths())
    (tmp_path / "00002.npy").write_bytes(before["00001.npy"])
    with pytest.raises(InputError, match=r"00002.npy is damaged"):
        features_in(tmp_path, corpus(TEXTS), Lengths())
    embedding = Lengths()
    Writer(tmp_path, corpus(TEXTS), embedding, SMALL).write()
    assert embedding.calls == [5]
    assert contents(tmp_path) == before
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"manifest.json cannot be used: .*No such file"):
        features_in(tmp_path, corpus(TEXTS), Lengths())


class Stopping(Lengths):
    """Raises at the third shard, as a full disk does."""

    def embed(self, corpus: Corpus) -> Embedded:
        if len(self.calls) == 2:
            raise OSError(28, "No space left on device")
        return super().embed(corpus)


def test_what_was_written_before_the_disk_was_full_stays(tmp_path: Path) -> None:
    stopping = Stopping()
    with pytest.raises(OSError, match="No space"):
        Writer(tmp_path / "a", corpus(TEXTS), stopping, SMALL).write()
    with pytest.raises(InputError, match="made by"):
        features_in(tmp_path / "a", corpus(TEXTS), Lengths())
    with pytest.raises(InputError, match="2 of 5 shards are written"):
        features_in(tmp_path / "a", corpus(TEXTS), stopping)
    goes_on = Stopping(calls=[0] * 9)
    Writer(tmp_path / "a", corpus(TEXTS), goes_on, SMALL).write()
    assert goes_on.calls[9:] == [5, 5, 3]


def test_a_manifest_names_no_file_outside(tmp_path: Path) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"00001.npy"', '"../00001.npy"'))
    with pytest.raises(InputError, match="names a file outside its folder"):
        features_in(tmp_path, corpus(TEXTS), Lengths())


HOSTILE: dict[str, tuple[str, str]] = {
    "no rows a shard": ('"shard_rows": 5', '"shard_rows": 0'),
    "words for rows": ('"rows": 23', '"rows": "many"'),
    "objects": ('"dtype": "float32"', '"dtype": "object"'),
    "no shards": ('"shards": [', '"shards": 3, "more": ['),
    "another key": ('"encoder"', '"_target_"'),
    "no JSON": ("{", "{{"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_manifest_from_anybody_is_used_or_refused_in_one_line(tmp_path: Path, name: str) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    path = tmp_path / "manifest.json"
    old, new = HOSTILE[name]
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=r"manifest.json cannot be used") as refused:
        features_in(tmp_path, corpus(TEXTS), Lengths())
    assert "\n" not in str(refused.value)


def test_arrays_of_objects_are_not_loaded(tmp_path: Path) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    shard, path = tmp_path / "00000.npy", tmp_path / "manifest.json"
    before = of_file(shard)
    np.save(shard, np.array([print] * 5, dtype=object), allow_pickle=True)
    path.write_text(path.read_text().replace(before, of_file(shard)))
    with pytest.raises(InputError) as refused:
        features_in(tmp_path, corpus(TEXTS), Lengths())
    assert "\n" not in str(refused.value)


def test_shards_are_mapped_again_unless_others_lie_there_now(tmp_path: Path) -> None:
    Writer(tmp_path, corpus(TEXTS), Lengths(), SMALL).write()
    features = features_in(tmp_path, corpus(TEXTS), Lengths())
    everything, before = features[:], [shard.data_ptr() for shard in features.shards]
    held = features.shards  # so that no address is used twice
    features.let_go()
    assert torch.equal(features[:], everything)
    assert not {shard.data_ptr() for shard in features.shards} & set(before)
    held = features.shards
    (tmp_path / "manifest.json").unlink()
    features.let_go()
    assert features.shards is held
    assert torch.equal(features[:], everything)


class Slow(Lengths):
    """Takes its time, and is told to be the other one."""

    def embed(self, corpus: Corpus) -> Embedded:
        time.sleep(0.01)
        return super().embed(corpus)


Slow.__module__, Slow.__qualname__ = Lengths.__module__, Lengths.__qualname__


def write_slowly(folder: Path) -> None:
    Writer(folder, corpus(TEXTS), Slow(), Storage(shard_rows=1)).write()


def test_ten_kills_leave_the_same_files(tmp_path: Path) -> None:
    random, out = np.random.default_rng(0), tmp_path / "killed"
    processes = multiprocessing.get_context("fork")
    for _ in range(10):
        child = processes.Process(target=write_slowly, args=(out,))
        child.start()
        child.join(random.uniform(0.01, 0.1))
        child.kill()
        child.join()
    Writer(out, corpus(TEXTS), Lengths(), Storage(shard_rows=1)).write()
    Writer(tmp_path / "b", corpus(TEXTS), Lengths(), Storage(shard_rows=1)).write()
    assert contents(out) == contents(tmp_path / "b")


def test_an_entry_is_named_by_texts_embedding_and_storage(tmp_path: Path) -> None:
    made = [
        Entry.of(corpus(texts), Lengths(factor), tmp_path, storage).folder
        for texts in (TEXTS, TEXTS[1:])
        for factor in (1.0, 2.0)
        for storage in (SMALL, Storage(), Storage("float16"))
    ]
    assert len(set(made)) == 12


def test_features_in_memory_are_features(tmp_path: Path) -> None:
    made = Lengths().embed(corpus(TEXTS))
    features = Features([torch.from_numpy(made.features)], made.report)
    assert features.shape == (23, 2)
    assert [len(block) for block in features.blocks()] == [23]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_rows_are_written_as_numpy_does(tmp_path: Path, dtype: str) -> None:
    rows = np.random.default_rng(0).normal(size=(5, 3)).astype(dtype)
    np.save(tmp_path / "theirs.npy", rows)
    with (tmp_path / "ours.npy").open("wb") as file:
        write_rows(file, rows)
    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "theirs.npy").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_by_its_number() -> None:
    with pytest.raises(OSError, match="No space"), Path("/dev/full").open("wb") as file:
        write_rows(file, np.ones((100_000, 3), dtype=np.float32))
