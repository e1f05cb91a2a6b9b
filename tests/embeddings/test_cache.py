import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cartolearn.checksums import of_file, of_texts
from cartolearn.embeddings.base import Embedded
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.errors import InputError
from tests.embeddings.lengths import Lengths
from tests.embeddings.small import TEXTS, dataset


def files(folder: Path, suffix: str) -> list[Path]:
    return sorted((folder / "features").glob(f"*/*{suffix}"))


def expected(texts: list[str] | None = None) -> Embedded:
    return Lengths().embed(dataset(texts) if texts else dataset())


def test_computed_once_then_mapped(tmp_path: Path) -> None:
    embedding = Lengths()
    first = features_of(dataset(), embedding, tmp_path)
    second = features_of(dataset(), embedding, str(tmp_path))
    assert embedding.calls == [7]
    for features in (first, second):
        np.testing.assert_array_equal(features[:], expected().features)
        assert features.report == expected().report
        assert features.shape == (7, 2)
        assert features.digest() == hashlib.sha256(expected().features.data).hexdigest()
    assert not list(tmp_path.rglob("*.tmp"))


def test_writing_to_the_features_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    features_of(dataset(), Lengths(), tmp_path).shards[0][:] = -1
    again = features_of(dataset(), Lengths(), tmp_path)
    np.testing.assert_array_equal(again[:], expected().features)


def test_other_texts_order_or_options_are_computed_anew(tmp_path: Path) -> None:
    embedding = Lengths()
    for texts in (TEXTS, TEXTS[::-1], [*TEXTS[:-1], "Mat"], ["a", "bc", "d"], ["ab", "c", "d"]):
        features = features_of(dataset(texts), embedding, tmp_path)
        assert features[:][:, 0].tolist() == [len(text) for text in texts]
    assert len(embedding.calls) == 5
    other = Lengths(factor=2.0)
    features_of(dataset(), other, tmp_path)
    assert other.calls == [7]
    features_of(dataset(held_out=3), embedding, tmp_path)
    assert len(embedding.calls) == 5


def test_equal_options_of_another_class_are_another_entry(tmp_path: Path) -> None:
    class Other(Lengths):
        pass

    features_of(dataset(), Lengths(), tmp_path)
    other = Other()
    features_of(dataset(), other, tmp_path)
    assert other.calls == [7]


def test_what_is_fitted_depends_on_the_train_ids(tmp_path: Path) -> None:
    for held_out in (2, 3, 2):
        features_of(dataset(held_out=held_out), TfidfSvd(2, 50, 0), tmp_path)
    assert len(files(tmp_path, ".npy")) == 2


def flip_a_byte(features: Path, report: Path) -> None:
    content = bytearray(features.read_bytes())
    content[-3] ^= 0x40
    features.write_bytes(bytes(content))


def change_rows(features: Path, report: Path) -> None:
    np.save(features, np.zeros((3, 2), dtype=np.float32))
    saved = json.loads(report.read_text())
    saved["shards"][0]["sha256"] = of_file(features)
    report.write_text(json.dumps(saved))


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "cut short": lambda features, _: cut(features, -9),
    "empty": lambda features, _: cut(features, 0),
    "one byte": flip_a_byte,
    "another shape": change_rows,
    "no features": lambda features, _: features.unlink(),
    "no report": lambda _, report: report.unlink(),
    "report cut short": lambda _, report: cut(report, 40),
    "report of another kind": lambda _, report: report.write_text("[]"),
    "report without a field": lambda _, report: report.write_text('{"format": 2, "shards": []}'),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_entry_is_computed_again(
    tmp_path: Path, damage: Callable[[Path, Path], object]
) -> None:
    embedding = Lengths()
    features_of(dataset(), embedding, tmp_path)
    damage(files(tmp_path, ".npy")[0], files(tmp_path, ".json")[0])
    for _ in range(2):
        features = features_of(dataset(), embedding, tmp_path)
        np.testing.assert_array_equal(features[:], expected().features)
    assert len(embedding.calls) == 2


def test_two_at_once_compute_once(tmp_path: Path) -> None:
    embedding = Lengths(seconds=0.3)
    with ThreadPoolExecutor(3) as threads:
        jobs = [threads.submit(features_of, dataset(), embedding, tmp_path) for _ in range(3)]
        results = [job.result()[:] for job in jobs]
    assert embedding.calls == [7]
    for features in results:
        np.testing.assert_array_equal(features, results[0])


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        features = features_of(dataset(), Lengths(), tmp_path / "file")
    np.testing.assert_array_equal(features[:], expected().features)
    assert "features are not kept" in caplog.text


def test_a_full_disk_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cartolearn.embeddings.shards.write_rows", full)
    with caplog.at_level(logging.WARNING):
        features = features_of(dataset(), Lengths(), tmp_path)
    np.testing.assert_array_equal(features[:], expected().features)
    assert "No space left" in caplog.text
    assert not files(tmp_path, ".npy")


def test_features_that_are_not_finite_name_their_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"7 texts are not finite \(ids 0, 1, 2, 3, 4, 5, 6\)"):
        features_of(dataset(), Lengths(factor=float("nan")), tmp_path)
    texts = [*["short"] * 12, "x" * 100, "short", "x" * 100]
    with np.errstate(over="ignore"), pytest.raises(InputError, match=r"2 .* \(ids 12, 14\)"):
        features_of(dataset(texts), Lengths(factor=1e37), tmp_path)
    assert not files(tmp_path, ".npy")


def test_the_report_is_logged_on_every_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.INFO):
            features_of(dataset(), WordLlama(50, "sum"), tmp_path)
        assert "7 texts x 256 from wordllama" in caplog.text
        assert "1 text (ids 2) without a known token" in caplog.text


def test_a_lone_surrogate_does_not_stop_the_hash() -> None:
    assert of_texts(["\ud800"]) != of_texts(["\ud801"])
