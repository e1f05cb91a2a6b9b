"""Dropout passes: the thinned networks are those that dropout draws, whatever the chunks."""

from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from cartolearn.models.dropout import dropout_moments, thinned_passes
from cartolearn.testing.scene import scene


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


def test_the_hooks_of_any_module_draw_the_same_networks() -> None:
    """nn.Dropout in a plain module against our own: the same moments over many passes."""
    observed = scene(n_pool=20, sharpness=2)
    model, ids = observed.classifier, observed.pool_ids
    layers: list[nn.Module] = [model.hidden[0], nn.ReLU()]
    for layer in model.hidden[1:]:
        layers += [nn.Dropout(model.dropout), layer, nn.ReLU()]
    plain: Any = nn.Sequential(*layers, nn.Dropout(model.dropout), model.head).eval()
    plain.device = torch.device("cpu")
    plain.dropout_passes = partial(thinned_passes, plain)
    found = dropout_moments(plain, observed.features, ids, 3000, generator())
    ours = observed.trained().dropout(ids, 3000, generator(1))
    assert found.mean.numpy() == pytest.approx(ours.mean.numpy(), abs=0.03)
    assert found.mean_entropy.numpy() == pytest.approx(ours.mean_entropy.numpy(), abs=0.05)
    few, again = (
        dropout_moments(plain, observed.features, ids, 50, generator(), rows) for rows in (7, 1024)
    )
    assert torch.allclose(few.mean, again.mean, atol=1e-6)
    assert torch.equal(plain(observed.features), plain(observed.features))


def test_without_dropout_every_pass_is_the_model_itself() -> None:
    observed = scene()
    observed.classifier.dropout = 0.0
    seen = observed.seen()
    found = seen.dropout(3, generator())
    assert found.mean.numpy() == pytest.approx(seen.probabilities.numpy(), abs=1e-6)


def test_with_all_units_dropped_only_the_last_bias_is_left() -> None:
    observed = scene()
    observed.classifier.dropout = 1.0
    found = observed.seen().dropout(2, generator())
    bias = observed.classifier.head.bias.detach().softmax(dim=0)
    assert found.mean.numpy() == pytest.approx(bias.expand(60, -1).numpy(), abs=1e-6)


def test_the_result_depends_on_the_generator_and_on_nothing_else() -> None:
    observed = scene()
    first = observed.seen().dropout(5, generator())
    torch.manual_seed(99)
    again = observed.seen(rows=10).dropout(5, generator())
    assert torch.allclose(first.mean, again.mean, atol=1e-6)
    assert torch.allclose(first.mean_entropy, again.mean_entropy, atol=1e-6)
    assert not torch.equal(first.mean, observed.seen().dropout(5, generator(1)).mean)


def test_dropped_units_are_cut_out() -> None:
    model = scene().classifier
    kept, layers = model.thinned(generator(3))
    widths = [len(kept), *(len(bias) for _, bias in layers)]
    assert [tuple(w.shape) for w, _ in layers] == list(zip(widths[1:], widths[:-1], strict=True))
    assert widths[-1] == 3
    assert max(widths[:-1]) < 8
