"""Row ``lockstep``: the seeds of a sweep trained as one batched model, against one by one.

Adam and the layers are written over parameters with a leading axis for the seed, [S, out, in];
batches and dropout masks are each seed's own, drawn beforehand in both ways of training.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional

from tests.benchmarks.bare import class_weights, network
from tests.benchmarks.measure import medians
from tests.benchmarks.result import Result
from tests.benchmarks.settings import WIDTH, Settings, data

SEEDS, CLASSES, KEEP = 5, 6, 0.7
SIZES = [WIDTH, 300, 300, 300, CLASSES]


@dataclass(frozen=True)
class Draws:
    """One seed's orders [E, L] and, for every step, its dropout masks [B, 300] x 3."""

    orders: Tensor
    masks: list[Tensor]


def lockstep_rows(settings: Settings) -> list[Result]:
    """Measure five seeds one by one, and as one model in two ways."""
    labels, epochs, batch = settings.size(1248, 64), settings.size(3, 1), 16
    x, y = data(labels, CLASSES)
    draws = [_draw(seed, labels, epochs, batch) for seed in range(SEEDS)]
    one_by_one = [_separate(x, y, batch, one, seed) for seed, one in enumerate(draws)]
    differences = []
    for way in (_batched, _vmapped):
        heads = way(x, y, batch, draws)
        differences.append(max((heads[i] - w).abs().max().item() for i, w in enumerate(one_by_one)))
    jobs = {
        "separate": lambda: [_separate(x, y, batch, one, s) for s, one in enumerate(draws)],
        "batched": lambda: _batched(x, y, batch, draws),
        "vmap": lambda: _vmapped(x, y, batch, draws),
    }
    repetitions = min(3, settings.repetitions)
    ms = {name: 1e3 * s for name, s in medians(jobs, repetitions, cpu=settings.cpu).items()}
    return [
        Result(
            f"lockstep {name}", f"{SEEDS} seeds as one model by {how}, {labels} labels,"
            f" {epochs} epochs; one after the other with fused Adam",
            ms[name], ms["separate"], "ms", repetitions=repetitions,
            notes=[f"weights differ by at most {difference:.1e} from separate training"],
        )
        for name, how, difference in zip(
            ("batched", "vmap"), ("baddbmm", "vmap over grad"), differences, strict=True
        )
    ]  # fmt: skip


def _draw(seed: int, labels: int, epochs: int, batch: int) -> Draws:
    generator = torch.Generator().manual_seed(seed)
    orders = torch.stack([torch.randperm(labels, generator=generator) for _ in range(epochs)])
    steps = epochs * labels // batch
    kept = torch.rand(steps, 3, batch, 300, generator=generator) < KEEP
    return Draws(orders, list(kept.float() / KEEP))


def _layers(seed: int) -> list[Tensor]:
    torch.manual_seed(seed)
    return [p.detach() for p in network(SIZES, 0.0).parameters()]


def _separate(x: Tensor, y: Tensor, batch: int, draws: Draws, seed: int) -> Tensor:
    torch.manual_seed(seed)
    model, weights, masks = network(SIZES, 0.0), class_weights(y, CLASSES), iter(draws.masks)
    *linear, head = [layer for layer in model if isinstance(layer, nn.Linear)]
    adam = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
    for rows in draws.orders.reshape(-1, batch):
        h = x[rows]
        for layer, mask in zip(linear, next(masks), strict=True):
            h = layer(h).relu() * mask
        loss = functional.cross_entropy(head(h), y[rows], weights)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return head.weight.detach()


def _batched(x: Tensor, y: Tensor, batch: int, draws: list[Draws]) -> Tensor:
    """Train parameters [S, out, in] by batched matrix products; fused Adam sees them as one."""
    stacked = [
        torch.stack(one).requires_grad_() for one in zip(*map(_layers, range(SEEDS)), strict=True)
    ]
    weights = class_weights(y, CLASSES)
    adam = torch.optim.Adam(stacked, lr=1e-4, fused=True)
    orders = torch.stack([one.orders.reshape(-1, batch) for one in draws], dim=1)
    for step, rows in enumerate(orders):
        h, masks = x[rows], torch.stack([one.masks[step] for one in draws], dim=1)
        for depth, mask in enumerate(masks):
            weight, bias = stacked[2 * depth], stacked[2 * depth + 1]
            h = torch.baddbmm(bias[:, None], h, weight.mT).relu() * mask
        logits = torch.baddbmm(stacked[7][:, None], h, stacked[6].mT)
        gold = weights[y[rows]]
        log_p = logits.log_softmax(dim=2).gather(2, y[rows][:, :, None])[:, :, 0]
        loss = -((gold * log_p).sum(dim=1) / gold.sum(dim=1)).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return stacked[6].detach()


def _vmapped(x: Tensor, y: Tensor, batch: int, draws: list[Draws]) -> Tensor:
    """Train the same by torch.func: one gradient function, vectorised over the seeds."""
    models: list[nn.Module] = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        models.append(_Masked())
    parameters, _ = stack_module_state(models)
    weights, skeleton = class_weights(y, CLASSES), _Masked().to("meta")
    adam = torch.optim.Adam(list(parameters.values()), lr=1e-4, fused=True)

    def loss(p: dict[str, Tensor], rows: Tensor, masks: Tensor) -> Tensor:
        logits = functional_call(skeleton, p, (x[rows], masks))
        return functional.cross_entropy(logits, y[rows], weights)

    gradient = vmap(grad(loss))
    orders = torch.stack([one.orders.reshape(-1, batch) for one in draws], dim=1)
    for step, rows in enumerate(orders):
        masks = torch.stack([one.masks[step] for one in draws])
        for name, value in gradient(parameters, rows, masks).items():
            parameters[name].grad = value
        adam.step()
    return parameters["layers.9.weight"].detach()


class _Masked(nn.Module):
    """The network with its dropout masks given."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = network(SIZES, 0.0)

    def forward(self, x: Tensor, masks: Tensor) -> Tensor:
        for depth in range(3):
            x = self.layers[3 * depth](x).relu() * masks[depth]
        logits: Tensor = self.layers[9](x)
        return logits
