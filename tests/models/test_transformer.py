"""A fine-tuned encoder: what it reads, what is frozen, how it is trained and asked."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.config.schema import TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.loop.active_learning import choose
from cartolearn.models.learner import Learner
from cartolearn.models.ragged import Ragged
from cartolearn.strategies.base import Observations, Picker
from cartolearn.strategies.coverage import Coverage
from tests.models.tiny import TEXTS, write_encoder

pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_encoder(tmp_path_factory.mktemp("encoder")))


def dataset() -> Dataset:
    ids = np.arange(len(TEXTS))
    labels = np.array([["who", "what", "where", "when"].index(t.split()[0]) for t in TEXTS])
    return Dataset("tiny", TEXTS, labels, ("a", "b", "c", "d"), ids[:60], ids[60:])


def learner(encoder: str, folder: Path, **options: Any) -> Learner:
    from cartolearn.models.tokens import Tokens
    from cartolearn.models.transformer import Transformer

    rows, _ = Tokens(encoder).read(dataset(), folder)
    make = partial(Transformer, encoder=encoder, learning_rate=0.01, head_rate=1.0, **options)
    return Learner(rows, 4, make, TrainerSettings(max_epochs=3, batch_size=8, device="cpu"), 0)


IDS = np.arange(0, 60, 2)


def test_rows_are_padded_to_their_own_longest() -> None:
    rows = Ragged.of(torch.arange(6), torch.tensor([1, 3, 2]), 9, lambda _: torch.empty(0))
    assert rows[torch.tensor([0, 2])].tolist() == [[0, -1], [4, 5]]
    assert rows[torch.tensor([1])].tolist() == [[1, 2, 3]]
    assert rows.some(torch.tensor([2, 0]))[:].tolist() == [[4, 5], [0, -1]]
    assert rows[torch.empty(0).long()].shape[0] == 0


def test_how_many_texts_are_cut_is_said(
    encoder: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from cartolearn.models.bags import Bags
    from cartolearn.models.tokens import Tokens

    long = replace(dataset(), texts=[*TEXTS[:-1], "who is " * 50_000])
    with caplog.at_level("INFO"):
        Tokens(encoder, max_tokens=16).read(dataset(), tmp_path)
        Bags().read(dataset(), tmp_path)
        assert "not read" not in caplog.text
        Tokens(encoder, max_tokens=16).read(long, tmp_path)
        Bags().read(long, tmp_path)
    assert "1 of 80 texts reach 16 tokens; what comes after them is not read" in caplog.text
    assert "1 of 80 texts reach 10000 characters; what comes" in caplog.text


def test_chunks_go_by_length_and_hold_every_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cartolearn.models.ragged.ONE_CHUNK", 12)
    lengths = torch.tensor([5, 1, 4, 4, 2, 30, 1])
    rows = Ragged.of(torch.zeros(int(lengths.sum())).long(), lengths, 1, lambda _: torch.empty(0))
    ids = torch.tensor([6, 0, 5, 3, 1])
    places = [place.tolist() for place, _ in rows.chunks(ids)]
    assert sorted(p for part in places for p in part) == list(range(5))
    found = [lengths[chunk].tolist() for _, chunk in rows.chunks(ids)]
    assert [n for part in found for n in part] == [1, 1, 4, 5, 30]
    assert all(len(part) * max(part) <= 12 or len(part) == 1 for part in found)


def test_what_is_made_of_every_row_is_that_of_its_batch() -> None:
    lengths = torch.tensor([2, 1, 3])
    rows = Ragged.of(torch.arange(6), lengths, 9, lambda _: torch.empty(0)).some(
        torch.tensor([2, 0])
    )

    def doubled(x: torch.Tensor) -> torch.Tensor:
        values = torch.stack([2.0 * x, x + 0.5], dim=2)
        return values.masked_fill((x < 0)[:, :, None], torch.nan)

    found = rows.through(doubled, torch.device("cpu"))[:]
    assert found[0].tolist() == [[6.0, 3.5], [8.0, 4.5], [10.0, 5.5]]
    assert found[1, :2].tolist() == [[0.0, 0.5], [2.0, 1.5]]
    assert found[1, 2].isnan().all()


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_frozen_layers_give_what_the_whole_encoder_gives(
    encoder: str, tmp_path: Path, layers: int
) -> None:
    whole, cut = learner(encoder, tmp_path), learner(encoder, tmp_path, trainable_layers=layers)
    x = whole.inputs[torch.arange(12)]
    model = cut.make(n_classes=4, labels=torch.zeros(1).long()).eval()
    full = whole.make(n_classes=4, labels=torch.zeros(1).long()).eval()
    expected = full.represent(x)
    assert torch.allclose(model.represent(x), expected, atol=1e-5)
    assert torch.allclose(model.represent(model.lowered(x)), expected, atol=1e-5)


def test_only_the_highest_layers_and_the_head_are_trained(encoder: str, tmp_path: Path) -> None:
    one = learner(encoder, tmp_path, trainable_layers=1)
    fresh: Any = one.make(n_classes=4, labels=torch.zeros(1).long())
    trained = one.train(IDS, dataset().labels[IDS], keep_epochs=True)
    before = dict(fresh.named_parameters())
    model: Any = trained.model
    for name, value in model.named_parameters():
        assert value.requires_grad == (not name.startswith("lower")), name
        if name.startswith("upper"):
            assert not torch.equal(value, before[name]) or "key.bias" in name, name
        elif name.startswith("lower"):
            assert torch.equal(value, before[name]), name
    assert not any(name.startswith("lower") for name in trained.epochs[0])
    assert len(trained.losses) == 3


def test_it_learns_and_repeats_and_maps_in_the_order_of_the_ids(
    encoder: str, tmp_path: Path
) -> None:
    make = learner(encoder, tmp_path)
    longer = replace(make, settings=replace(make.settings, max_epochs=12))
    trained = longer.train(IDS, dataset().labels[IDS])
    assert trained.data_map.ids.tolist() == IDS.tolist()
    assert trained.data_map.labels.tolist() == dataset().labels[IDS].tolist()
    p = trained.probabilities(torch.from_numpy(IDS))
    gold = p[torch.arange(len(IDS)), torch.from_numpy(dataset().labels[IDS])]
    assert trained.data_map.gold_probabilities[-1] == pytest.approx(gold.numpy(), abs=1e-5)
    test = dataset().test_ids
    said = trained.probabilities(torch.from_numpy(test)).argmax(dim=1).numpy()
    assert (said == dataset().labels[test]).mean() > 0.9
    again = longer.train(IDS, dataset().labels[IDS])
    assert torch.equal(again.probabilities(torch.from_numpy(IDS)), p)


@pytest.mark.parametrize("layers", [None, 1])
@pytest.mark.parametrize("most", [2**30, 1])
def test_what_is_trained_drops_units_and_what_is_frozen_does_not(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: int | None, most: int
) -> None:
    from cartolearn.models.transformer import Transformer

    seen: list[dict[str, bool]] = []

    def watched(model: Any, batch: Any, at: int, plain: Any = Transformer.training_step) -> Any:
        seen.append({name: part.training for name, part in model.named_modules()})
        return plain(model, batch, at)

    monkeypatch.setattr(Transformer, "training_step", watched)
    monkeypatch.setattr("cartolearn.models.ragged.AT_MOST", most)
    trained = learner(encoder, tmp_path, trainable_layers=layers).train(IDS, dataset().labels[IDS])
    assert seen
    for modes in seen:
        assert {name for name, mode in modes.items() if not mode} == {
            name for name in modes if name.startswith("lower")
        }
    model: Any = trained.model
    assert not any(part.training for part in model.modules())


def test_frozen_features_are_computed_only_for_who_looks_at_them(
    encoder: str, tmp_path: Path
) -> None:
    def embed(_: torch.Tensor | None) -> torch.Tensor:
        raise AssertionError("nobody asked for features")

    one = learner(encoder, tmp_path)
    blind = replace(one, inputs=replace(one.inputs, embed=embed))  # type: ignore[type-var]
    trained = blind.train(IDS, dataset().labels[IDS])
    assert trained.probabilities(torch.arange(60)).shape == (60, 4)


@pytest.mark.parametrize(("rounds", "known"), [(6, 13), (7, 80)])
def test_a_round_of_few_candidates_computes_frozen_features_of_no_others(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int, known: int
) -> None:
    monkeypatch.setattr("cartolearn.models.ragged.ROUNDS", rounds)
    found: list[torch.Tensor] = []

    class Watched(Coverage):
        def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
            found.append(seen.features[:])
            return super().picker(seen, generator)

    trained = learner(encoder, tmp_path).train(IDS[:9], dataset().labels[IDS[:9]])
    pool = np.array([1, 30, 31, 59])
    query = choose(trained, Watched(), pool, 2, 0)
    inputs: Any = trained.inputs
    looked_at = torch.from_numpy(np.concatenate([IDS[:9], pool]))
    assert torch.allclose(found[0][looked_at], inputs.features[looked_at], atol=1e-5)
    assert int((~found[0].isnan().any(dim=1)).sum()) == known
    assert query.ids.tolist() == choose(trained, Coverage(), pool, 2, 0).ids.tolist()


def test_frozen_layers_are_passed_once_for_all_rows_where_that_fits(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cartolearn.models.transformer import Transformer

    passed: list[int] = []

    def counted(model: Transformer, x: torch.Tensor, plain: Any = Transformer.lowered) -> Any:
        passed.append(0 if x.is_floating_point() else len(x))
        return plain(model, x)

    monkeypatch.setattr(Transformer, "lowered", counted)
    everything = torch.arange(len(TEXTS))
    one = learner(encoder, tmp_path, trainable_layers=1)
    for purpose in range(2):
        p = one.train(IDS, dataset().labels[IDS], purpose).probabilities(everything)
    assert sum(passed) == len(TEXTS)
    monkeypatch.setattr("cartolearn.models.ragged.AT_MOST", 1)
    large = learner(encoder, tmp_path, trainable_layers=1)
    expected = large.train(IDS, dataset().labels[IDS], 1).probabilities(everything)
    assert sum(passed) > 3 * len(TEXTS)
    assert torch.allclose(p, expected, atol=1e-5)


def test_the_pools_dynamics_end_with_its_predictions(encoder: str, tmp_path: Path) -> None:
    one = learner(encoder, tmp_path, trainable_layers=2)
    trained = one.train(IDS, dataset().labels[IDS], keep_epochs=True)
    pool = torch.arange(1, 60, 2)
    path = trained.epoch_probabilities(pool)
    assert path.shape == (3, 30, 4)
    assert torch.allclose(path[-1], trained.probabilities(pool), atol=1e-5)
    assert trained.dynamics(pool).mean_probabilities.numpy() == pytest.approx(
        path.double().mean(dim=0).numpy(), abs=1e-6
    )


def test_epochs_on_disk_are_those_in_memory(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, pool = learner(encoder, tmp_path), torch.arange(60)
    y = dataset().labels[IDS]
    kept = one.train(IDS, y, keep_epochs=True).epoch_probabilities(pool)
    monkeypatch.setattr("cartolearn.models.epochs.LARGE", 1)
    assert torch.equal(one.train(IDS, y, keep_epochs=True).epoch_probabilities(pool), kept)


def test_texts_are_cut_once_and_long_ones_are_cut_off(encoder: str, tmp_path: Path) -> None:
    from cartolearn.models.tokens import Tokens

    data = replace(dataset(), texts=[*TEXTS[:-1], "who " * 25_000])
    rows, key = Tokens(encoder, max_tokens=12).read(data, tmp_path)
    again, same = Tokens(encoder, max_tokens=12).read(data, tmp_path)
    assert key == same
    assert torch.equal(rows.values, again.values)
    assert int(rows.lengths[-1]) == 12
    assert key != Tokens(encoder, max_tokens=11).read(data, tmp_path)[1]
    (path,) = (tmp_path / "tokens").glob(f"{key[:32]}*")
    path.write_bytes(b"torn")
    assert torch.equal(Tokens(encoder, max_tokens=12).read(data, tmp_path)[0].values, rows.values)


def test_more_trainable_layers_than_there_are(tmp_path: Path) -> None:
    from cartolearn.models.encoder import load, split

    module, _ = load(str(write_encoder(tmp_path / "one", layers=2)), None)
    with pytest.raises(InputError, match="the encoder has 2 layers"):
        split(module, 3)


def test_a_tokenizer_without_a_padding_token_needs_none(encoder: str, tmp_path: Path) -> None:
    from cartolearn.models.encoder import load

    assert load(encoder, None)[1].pad_token is None
    trained = learner(encoder, tmp_path).train(IDS, dataset().labels[IDS])
    both = torch.tensor([1, 2])  # of different lengths: the shorter one is padded
    alone = torch.cat([trained.probabilities(row[None]) for row in both])
    assert torch.allclose(trained.probabilities(both), alone, atol=1e-5)


def test_a_class_with_one_label_and_one_with_none(encoder: str, tmp_path: Path) -> None:
    labels = dataset().labels[IDS]
    few = np.concatenate([IDS[labels == 0], IDS[labels == 1], IDS[labels == 2][:1]])
    trained = learner(encoder, tmp_path).train(few, dataset().labels[few])
    assert np.isfinite(trained.losses).all()
    assert trained.probabilities(torch.arange(60)).isfinite().all()


def test_a_loss_that_explodes_says_where_and_what_to_turn(encoder: str, tmp_path: Path) -> None:
    wild = learner(encoder, tmp_path)
    make = partial(wild.make, learning_rate=1e30)
    with pytest.raises(FloatingPointError) as error:
        replace(wild, make=make).train(IDS, dataset().labels[IDS])
    assert "the training loss is nan in epoch" in str(error.value)
    assert str(error.value).endswith("lower the model's learning_rate")
