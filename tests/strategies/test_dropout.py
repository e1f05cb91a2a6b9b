"""Dropout passes: the thinned networks are those that dropout draws, whatever the chunks."""

import pytest
import torch

from cartolearn.models.dropout import dropout_moments, thinned
from tests.strategies.scene import scene


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_mean_is_that_of_ordinary_dropout() -> None:
    """Ordinary dropout draws new units for every row; over many passes the moments agree."""
    observed = scene(n_pool=20, sharpness=2)
    model, ids = observed.classifier, observed.pool_ids
    found = dropout_moments(model, observed.features, ids, 3000, generator())
    model.train()
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        rows = observed.features[ids].repeat(3000, 1)
        p = model(rows).softmax(dim=1).double().reshape(3000, 20, -1)
    model.eval()
    assert found.mean.numpy() == pytest.approx(p.mean(dim=0).numpy(), abs=0.03)
    each = -(torch.xlogy(p, p).sum(dim=2) / torch.log(torch.tensor(2.0))).mean(dim=0)
    assert found.mean_entropy.numpy() == pytest.approx(each.numpy(), abs=0.05)


def test_without_dropout_every_pass_is_the_model_itself() -> None:
    observed = scene()
    observed.classifier.dropout = 0.0
    seen = observed.seen()
    assert seen.dropout is not None
    assert seen.probabilities is not None
    found = seen.dropout(3, generator())
    assert found.mean.numpy() == pytest.approx(seen.probabilities.numpy(), abs=1e-6)


def test_with_all_units_dropped_only_the_last_bias_is_left() -> None:
    observed = scene()
    observed.classifier.dropout = 1.0
    found = dropout_moments(
        observed.classifier, observed.features, observed.pool_ids, 2, generator()
    )
    bias = observed.classifier.head.bias.detach().softmax(dim=0)
    assert found.mean.numpy() == pytest.approx(bias.expand(60, -1).numpy(), abs=1e-6)


def test_the_result_depends_on_the_generator_and_on_nothing_else() -> None:
    observed = scene()
    arguments = observed.classifier, observed.features, observed.pool_ids, 5
    first = dropout_moments(*arguments, generator())
    torch.manual_seed(99)
    again = dropout_moments(*arguments, generator(), rows=10)
    assert torch.allclose(first.mean, again.mean, atol=1e-6)
    assert torch.allclose(first.mean_entropy, again.mean_entropy, atol=1e-6)
    assert not torch.equal(first.mean, dropout_moments(*arguments, generator(1)).mean)


def test_dropped_units_are_cut_out() -> None:
    model = scene().classifier
    kept, layers = thinned(model, generator(3))
    widths = [len(kept), *(len(bias) for _, bias in layers)]
    assert [tuple(w.shape) for w, _ in layers] == list(zip(widths[1:], widths[:-1], strict=True))
    assert widths[-1] == 3
    assert max(widths[:-1]) < 8
