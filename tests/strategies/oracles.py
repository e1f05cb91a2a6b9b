"""Every strategy once more, from its definition, in plain NumPy with loops over everything.

p and q are probability vectors, P the pool's probabilities [N][C], X and Z vectors of the pool
[N][h] and of the labelled set [L][h]. Nothing here is fast or shares code with ``src``.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Vector = Any
Vectors = Any
Layers = Sequence[tuple[Any, Any]]


def entropy(p: Vector) -> float:
    return -sum(y * math.log2(y) for y in p if y > 0)


def least_confidence(P: Vectors) -> list[float]:
    return [1 - max(p) for p in P]


def margin(P: Vectors) -> list[float]:
    return [1 - (max(p) - sorted(p)[-2]) for p in P]


def top(scores: Vector, n: int) -> list[int]:
    """Positions of the n highest scores, the lower position first at a tie."""
    return sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:n]


def max_entropy(samples: Vectors) -> list[float]:
    """samples [T][N][C]."""
    return [entropy(np.mean([s[i] for s in samples], axis=0)) for i in range(len(samples[0]))]


def mutual_information(samples: Vectors) -> list[float]:
    total = max_entropy(samples)
    return [
        total[i] - float(np.mean([entropy(s[i]) for s in samples])) for i in range(len(samples[0]))
    ]


def mlp(x: Vector, layers: Layers) -> Vector:
    """Softmax output of one vector through [(weight, bias), ...] with ReLU between them."""
    for weight, bias in layers[:-1]:
        x = np.maximum(weight @ x + bias, 0)
    logits = layers[-1][0] @ x + layers[-1][1]
    e = np.exp(logits - logits.max())
    return e / e.sum()


def k_center(X: Vectors, Z: Vectors, n: int) -> list[int]:
    """Greedy k-center: n times, the pool vector farthest from all centres so far."""
    centres, chosen = [np.asarray(z) for z in Z], []
    for _ in range(n):
        reach = [
            -1.0
            if i in chosen
            else min((float(np.linalg.norm(x - c)) for c in centres), default=math.inf)
            for i, x in enumerate(X)
        ]
        chosen.append(int(np.argmax(reach)))
        centres.append(X[chosen[-1]])
    return chosen


def gradient_embeddings(P: Vectors, X: Vectors) -> list[Vector]:
    """The gradient of -log p_y in the last layer's weights at y = argmax p, [N][C * h]."""
    out = []
    for p, x in zip(P, X, strict=True):
        onehot = np.eye(len(p))[int(np.argmax(p))]
        out.append(np.outer(p - onehot, x).ravel())
    return out


def k_means_pp(G: Vectors, first: int, noises: Vectors) -> list[int]:
    """k-means++ seeding; a draw with weights w is the largest w / e, e exponential noise."""
    chosen = [first]
    for noise in noises:
        weights = [min(float(np.sum((g - G[c]) ** 2)) for c in chosen) for g in G]
        race = [
            -1 if i in chosen else w / e
            for i, (w, e) in enumerate(zip(weights, noise, strict=True))
        ]
        chosen.append(int(np.argmax(race)))
    return chosen


def kl(p: Vector, q: Vector) -> float:
    return sum(a * math.log(a / max(b, 1e-12)) for a, b in zip(p, q, strict=True) if a > 0)


def contrastive(P: Vectors, X: Vectors, labelled_P: Vectors, Z: Vectors, k: int) -> list[float]:
    scores = []
    for p, x in zip(P, X, strict=True):
        nearest = sorted(range(len(Z)), key=lambda j: np.linalg.norm(x - Z[j]))[:k]
        scores.append(float(np.mean([kl(labelled_P[j], p) for j in nearest])))
    return scores


def typicality(cluster: Vectors, k: int) -> list[float]:
    values = []
    for i, x in enumerate(cluster):
        distances = sorted(np.linalg.norm(x - y) for j, y in enumerate(cluster) if j != i)
        values.append(float(1 / np.mean(distances[:k])))
    return values


def lloyd(X: Vectors, weights: Vector, labels: Vector, k: int) -> tuple[list[int], list[Vector]]:
    """Weighted k-means from given labels until nothing changes; labels and centres."""
    while True:
        centres = []
        for c in range(k):
            members = [i for i in range(len(X)) if labels[i] == c]
            centres.append(np.average([X[i] for i in members], axis=0, weights=weights[members]))
        new = [int(np.argmin([np.sum((x - c) ** 2) for c in centres])) for x in X]
        if new == list(labels):
            return new, centres
        labels = new


def one_a_cluster(X: Vectors, labels: Sequence[int], centres: Vectors) -> list[int]:
    chosen = []
    for c, centre in enumerate(centres):
        members = [i for i in range(len(X)) if labels[i] == c]
        chosen.append(min(members, key=lambda i: (np.sum((X[i] - centre) ** 2), i)))
    return chosen


def pool_statistics(epochs: Vectors) -> list[dict[str, float]]:
    """epochs [E][N][C]: margin of the mean, confidence, variability, flips, of each instance."""
    found = []
    for i in range(len(epochs[0])):
        path = [e[i] for e in epochs]
        final = int(np.argmax(path[-1]))
        gold = [p[final] for p in path]
        mean = sum(gold) / len(gold)
        ordered = sorted(np.mean(path, axis=0))
        labels = [int(np.argmax(p)) for p in path]
        found.append(
            {
                "margin": ordered[-1] - ordered[-2],
                "confidence": mean,
                "variability": math.sqrt(sum((g - mean) ** 2 for g in gold) / len(gold)),
                "flips": sum(a != b for a, b in itertools.pairwise(labels)),
                "correctness": sum(y == final for y in labels) / len(labels),
            }
        )
    return found


def far_apart(order: Sequence[int], features: Vectors, n: int, min_distance: float) -> list[int]:
    """Walk down a ranking and take what is far enough from everything taken."""
    taken: list[int] = []
    for i in order:
        if all(cosine_distance(features[i], features[j]) >= min_distance for j in taken):
            taken.append(i)
    return taken[:n]


def cosine_distance(a: Vector, b: Vector) -> float:
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    if length == 0:
        return 0.0 if max(abs(a)) == max(abs(b)) else 1.0
    return 1 - float(a @ b) / length


def largest_remainder(n: int, shares: Sequence[float]) -> list[int]:
    """Hamilton's method, one seat at a time."""
    quotas = [n * s / sum(shares) for s in shares]
    seats = [math.floor(q) for q in quotas]
    while sum(seats) < n:
        left = [q - s if s == math.floor(q) else -1 for q, s in zip(quotas, seats, strict=True)]
        seats[left.index(max(left))] += 1
    return seats


def binary_labels(correct: Vectors, threshold: float) -> list[int]:
    """correct [E][L]: 1 where the share of right epochs is above the threshold."""
    return [
        int(sum(c[i] for c in correct) / len(correct) > threshold + 1e-9)
        for i in range(len(correct[0]))
    ]


def weighted_training(
    Z: Vectors,
    y: Sequence[int],
    start: Layers,
    batches: Sequence[Sequence[Sequence[int]]],
    lr: float,
) -> Layers:
    """Adam on weighted cross-entropy of a network with one hidden layer, by hand, in float64.

    start is [(weight, bias), (weight, bias)]; batches [epoch][step] are lists of rows. Class
    weights are L / (2 L_c); the loss is sum w l / sum w over a batch. Returns the trained layers.
    """
    counts = [sum(1 for v in y if v == c) for c in (0, 1)]
    w = [len(y) / (2 * c) if c else 0.0 for c in counts]
    theta = [np.array(a, dtype=np.float64) for layer in start for a in layer]
    m, v = [np.zeros_like(t) for t in theta], [np.zeros_like(t) for t in theta]
    for step, rows in enumerate(itertools.chain(*batches), start=1):
        gradient = [np.zeros_like(t) for t in theta]
        total = sum(w[y[i]] for i in rows)
        for i in rows:
            hidden = np.maximum(theta[0] @ Z[i] + theta[1], 0)
            p = np.exp(theta[2] @ hidden + theta[3])
            d_logits = (p / p.sum() - np.eye(2)[y[i]]) * w[y[i]] / total
            d_hidden = (theta[2].T @ d_logits) * (hidden > 0)
            parts = (np.outer(d_hidden, Z[i]), d_hidden, np.outer(d_logits, hidden), d_logits)
            gradient = [g + part for g, part in zip(gradient, parts, strict=True)]
        m = [0.9 * a + 0.1 * g for a, g in zip(m, gradient, strict=True)]
        v = [0.999 * b + 0.001 * g * g for b, g in zip(v, gradient, strict=True)]
        theta = [
            t - lr * (a / (1 - 0.9**step)) / (np.sqrt(b / (1 - 0.999**step)) + 1e-8)
            for t, a, b in zip(theta, m, v, strict=True)
        ]
    return [(theta[0], theta[1]), (theta[2], theta[3])]


def covers(z: Vector, w: Vector, p: Vector, q: Vector, bandwidth: float) -> float:
    """exp(-(1 - cos) / bandwidth) times the sum of sqrt(p_c q_c)."""
    agreement = sum(math.sqrt(a * b) for a, b in zip(p, q, strict=True))
    return math.exp(-cosine_distance(z, w) / bandwidth) * agreement


def coverage_gains(u: Vector, K: Vectors, K_labelled: Vectors, chosen: list[int]) -> list[float]:
    """What each position j adds to sum_i u_i max_j k(i, j), j labelled or chosen.

    K [N][N] are the k within the pool, K_labelled [N][L] those to the labelled set.
    """

    def total(batch: list[int]) -> float:
        return math.fsum(
            u[i] * max([*K_labelled[i], *(K[i][j] for j in batch)], default=0.0)
            for i in range(len(u))
        )

    return [total([*chosen, j]) - total(chosen) for j in range(len(u))]
