from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cartolearn.embeddings.fasttext as module
from cartolearn.data.fetch import File
from cartolearn.embeddings.fasttext import ENGLISH, FastText
from cartolearn.errors import InputError
from tests.embeddings.small import TEXTS, dataset, write_vec
from tests.embeddings.test_pooling import naive


@pytest.fixture
def embedding(tmp_path: Path) -> FastText:
    return FastText(
        path=str(write_vec(tmp_path / "own.vec")),
        data_dir=None,
        cache_dir=str(tmp_path / "cache"),
        max_tokens=5,
        pooling="sum",
        padding="none",
        dimensions=None,
    )


def test_features_and_report(embedding: FastText) -> None:
    embedded = embedding.embed(dataset())
    np.testing.assert_allclose(embedded.features, naive(TEXTS, "sum", 5), rtol=1e-6)
    report = embedded.report
    assert (report.source, report.dimensions, report.texts) == ("own.vec", 3, 7)
    assert report.tokens == 5 + 5 + 0 + 2 + 5 + 5 + 1
    assert report.unknown_share == (1 + 0 + 0 + 2 + 1 + 5 + 0) / 23
    assert report.empty_ids == [2, 3, 5]
    summary = report.summary()
    assert "words and single punctuation marks" in summary
    assert "3 texts (ids 2, 3, 5) without a known token" in summary


def test_padding_and_mean_reach_the_pooling(embedding: FastText) -> None:
    padded = replace(embedding, padding="first_word", pooling="mean").embed(dataset())
    np.testing.assert_allclose(padded.features, naive(TEXTS, "mean", 5, "the"), rtol=1e-6)
    assert padded.report.empty_ids == [2, 3, 5]


@pytest.mark.parametrize("name", ["a.vec", "b.vec.gz"])
@pytest.mark.parametrize("place", ["data", "cache"])
def test_the_one_file_of_the_folder_is_taken(
    embedding: FastText, tmp_path: Path, name: str, place: str
) -> None:
    write_vec(tmp_path / place / "vectors" / name)
    (tmp_path / place / "vectors" / "README.txt").write_text("not vectors")
    found = replace(embedding, path=None, data_dir=str(tmp_path / "data")).embed(dataset())
    assert found.report.source == name
    np.testing.assert_array_equal(found.features, embedding.embed(dataset()).features)


def test_several_files_in_the_folder(embedding: FastText, tmp_path: Path) -> None:
    for name in ("b.vec.gz", "a.vec"):
        write_vec(tmp_path / "data" / "vectors" / name)
    several = replace(embedding, path=None, data_dir=str(tmp_path / "data"))
    with pytest.raises(InputError, match=r"a\.vec, b\.vec\.gz.*embedding\.path"):
        several.embed(dataset())


@pytest.mark.parametrize(("data_dir", "place"), [("data", "data"), (None, "cache")])
def test_the_missing_file_is_fetched(
    embedding: FastText,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data_dir: str | None,
    place: str,
) -> None:
    asked: list[tuple[File, Path]] = []

    def download(file: File, folder: Path) -> Path:
        asked.append((file, folder))
        return write_vec(folder / file.name)

    monkeypatch.setattr(module, "fetch", download)
    given = None if data_dir is None else str(tmp_path / data_dir)
    absent = replace(embedding, path=None, data_dir=given)
    assert absent.embed(dataset()).report.source == "cc.en.300.vec.gz"
    assert absent.embed(dataset()).report.source == "cc.en.300.vec.gz"
    assert asked == [(ENGLISH, tmp_path / place / "vectors")]


def test_without_a_network_the_ways_out_are_named(
    embedding: FastText, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = replace(ENGLISH, url="http://127.0.0.1:9/cc.en.300.vec.gz")
    monkeypatch.setattr(module, "ENGLISH", nowhere)
    with pytest.raises(InputError, match=r"cc\.en\.300\.vec\.gz") as error:
        replace(embedding, path=None).identity(dataset())
    for way_out in ("embedding=wordllama", "embedding.path", str(tmp_path / "cache" / "vectors")):
        assert way_out in str(error.value)


def test_a_path_that_is_not_there_or_of_another_kind(embedding: FastText, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"embedding\.path=.*none\.vec: no such file"):
        replace(embedding, path=str(tmp_path / "none.vec")).identity(dataset())
    other = tmp_path / "glove.txt"
    other.write_text("the 1 2 3\n")
    with pytest.raises(InputError, match=r"\.vec, \.vec\.gz, \.bin"):
        replace(embedding, path=str(other)).embed(dataset())


def test_texts_without_words(embedding: FastText) -> None:
    with pytest.raises(InputError, match="no words at all"):
        embedding.embed(dataset(["", " ", "\t", ""]))


@pytest.mark.parametrize(
    "change",
    [
        {"max_tokens": 6},
        {"pooling": "mean"},
        {"padding": "first_word"},
        {"dimensions": 3},
    ],
)
def test_identity_changes_with_each_option(embedding: FastText, change: dict[str, Any]) -> None:
    other = replace(embedding, **change)
    assert other.identity(dataset()) != embedding.identity(dataset())


def test_identity_follows_the_content_of_the_file(embedding: FastText, tmp_path: Path) -> None:
    before = embedding.identity(dataset())
    moved = replace(embedding, path=str(Path(str(embedding.path)).rename(tmp_path / "new.vec")))
    assert moved.identity(dataset()) == before
    write_vec(tmp_path / "new.vec", "1 2\nthe 1 2\n")
    assert moved.identity(dataset()) != before


def test_binary_vectors(embedding: FastText, tmp_path: Path) -> None:
    pytest.importorskip("fasttext", reason="the extra fasttext-bin is not installed")
    from tests.embeddings.test_bin_file import naive as word_vector
    from tests.embeddings.test_bin_file import train

    path, model = train(tmp_path, minn=2, maxn=4)
    embedded = replace(embedding, path=str(path)).embed(dataset(["fox dog", "foxes", "", "Dog"]))
    vectors = [word_vector(model, word) for word in ("fox", "dog", "foxes")]
    expected = [vectors[0] + vectors[1], vectors[2], 0 * vectors[0], vectors[1]]
    np.testing.assert_allclose(embedded.features, expected, rtol=1e-5)


def test_trec_with_real_vectors(embedding: FastText, shared_data: Path) -> None:
    lines = (shared_data / "trec" / "train_5500.label").read_text("latin-1").splitlines()
    texts = [line.split(" ", 1)[1] for line in lines]
    real = replace(embedding, path=None, data_dir=str(shared_data), max_tokens=42, dimensions=300)
    embedded = real.embed(dataset(texts))
    assert embedded.features.shape == (5452, 300)
    assert embedded.report.unknown_share == pytest.approx(0.005, abs=0.002)
    assert embedded.report.empty_ids == []
    assert np.linalg.norm(embedded.features, axis=1).min() > 1
