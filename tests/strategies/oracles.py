"""Every strategy once more, from its definition, in plain NumPy with loops over everything.

p and q are probability vectors, P the pool's probabilities [N][C], X and Z vectors of the pool
[N][h] and of the labelled set [L][h]. Nothing here is fast or shares code with ``src``.
"""

import itertools
import math

import numpy as np


def entropy(p):
    return -sum(y * math.log2(y) for y in p if y > 0)


def least_confidence(P):
    return [1 - max(p) for p in P]


def margin(P):
    return [1 - (sorted(p)[-1] - sorted(p)[-2]) for p in P]


def top(scores, n):
    """Positions of the n highest scores, the lower position first at a tie."""
    return sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:n]


def max_entropy(samples):
    """samples [T][N][C]."""
    return [entropy(np.mean([s[i] for s in samples], axis=0)) for i in range(len(samples[0]))]


def mutual_information(samples):
    total = max_entropy(samples)
    return [total[i] - np.mean([entropy(s[i]) for s in samples]) for i in range(len(samples[0]))]


def mlp(x, layers):
    """Softmax output of one vector through [(weight, bias), ...] with ReLU between them."""
    for weight, bias in layers[:-1]:
        x = np.maximum(weight @ x + bias, 0)
    logits = layers[-1][0] @ x + layers[-1][1]
    e = np.exp(logits - logits.max())
    return e / e.sum()


def psi(x, layers):
    for weight, bias in layers[:-1]:
        x = np.maximum(weight @ x + bias, 0)
    return x


def k_center(X, Z, n):
    """Greedy k-center: n times, the pool vector farthest from all centres so far."""
    centres, chosen = [np.asarray(z) for z in Z], []
    for _ in range(n):
        reach = [
            -1 if i in chosen else min((np.linalg.norm(x - c) for c in centres), default=math.inf)
            for i, x in enumerate(X)
        ]
        chosen.append(int(np.argmax(reach)))
        centres.append(X[chosen[-1]])
    return chosen


def gradient_embeddings(P, X):
    """The gradient of -log p_y in the last layer's weights at y = argmax p, [N][C * h]."""
    out = []
    for p, x in zip(P, X, strict=True):
        onehot = np.eye(len(p))[int(np.argmax(p))]
        out.append(np.outer(p - onehot, x).ravel())
    return out


def k_means_pp(G, first, noises):
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


def kl(p, q):
    return sum(a * math.log(a / max(b, 1e-12)) for a, b in zip(p, q, strict=True) if a > 0)


def contrastive(P, X, labelled_P, Z, k):
    scores = []
    for p, x in zip(P, X, strict=True):
        nearest = sorted(range(len(Z)), key=lambda j: np.linalg.norm(x - Z[j]))[:k]
        scores.append(np.mean([kl(labelled_P[j], p) for j in nearest]))
    return scores


def typicality(cluster, k):
    values = []
    for i, x in enumerate(cluster):
        distances = sorted(np.linalg.norm(x - y) for j, y in enumerate(cluster) if j != i)
        values.append(1 / np.mean(distances[:k]))
    return values


def lloyd(X, weights, labels, k):
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


def one_a_cluster(X, labels, centres):
    chosen = []
    for c, centre in enumerate(centres):
        members = [i for i in range(len(X)) if labels[i] == c]
        chosen.append(min(members, key=lambda i: (np.sum((X[i] - centre) ** 2), i)))
    return chosen


def pool_statistics(epochs):
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


def far_apart(order, features, n, min_distance):
    """Walk down a ranking and take what is far enough from everything taken."""
    taken = []
    for i in order:
        if all(cosine_distance(features[i], features[j]) >= min_distance for j in taken):
            taken.append(i)
    return taken[:n]


def cosine_distance(a, b):
    length = np.linalg.norm(a) * np.linalg.norm(b)
    if length == 0:
        return 0.0 if np.linalg.norm(a) == np.linalg.norm(b) else 1.0
    return 1 - float(a @ b) / length


def largest_remainder(n, shares):
    """Hamilton's method, one seat at a time."""
    quotas = [n * s / sum(shares) for s in shares]
    seats = [math.floor(q) for q in quotas]
    while sum(seats) < n:
        left = [q - s if s == math.floor(q) else -1 for q, s in zip(quotas, seats, strict=True)]
        seats[left.index(max(left))] += 1
    return seats


def binary_labels(correct, threshold):
    """correct [E][L]: 1 where the share of right epochs is above the threshold."""
    return [
        int(sum(c[i] for c in correct) / len(correct) > threshold + 1e-9)
        for i in range(len(correct[0]))
    ]


def weighted_training(Z, y, first, second, epochs, batches, lr=1e-4):
    """Adam on weighted cross-entropy of a one-layer network, by hand; float64.

    first and second are (weight, bias); batches [epoch][step] are lists of rows. Class weights are
    L / (2 L_c); the loss is sum w l / sum w over a batch. Returns the trained parameters.
    """
    counts = [sum(1 for v in y if v == c) for c in (0, 1)]
    w = [len(y) / (2 * c) if c else 0.0 for c in counts]
    theta = [np.array(a, dtype=np.float64) for a in (*first, *second)]
    m, v = [np.zeros_like(t) for t in theta], [np.zeros_like(t) for t in theta]
    step = 0
    for epoch in range(epochs):
        for rows in batches[epoch]:
            step += 1
            gradient = [np.zeros_like(t) for t in theta]
            total = sum(w[y[i]] for i in rows)
            for i in rows:
                hidden = np.maximum(theta[0] @ Z[i] + theta[1], 0)
                p = np.exp(theta[2] @ hidden + theta[3])
                p /= p.sum()
                d_logits = (p - np.eye(2)[y[i]]) * w[y[i]] / total
                d_hidden = (theta[2].T @ d_logits) * (hidden > 0)
                parts = (np.outer(d_hidden, Z[i]), d_hidden, np.outer(d_logits, hidden), d_logits)
                for g, part in zip(gradient, parts, strict=True):
                    g += part
            for t, g, a, b in zip(theta, gradient, m, v, strict=True):
                a[:] = 0.9 * a + 0.1 * g
                b[:] = 0.999 * b + 0.001 * g * g
                t -= lr * (a / (1 - 0.9**step)) / (np.sqrt(b / (1 - 0.999**step)) + 1e-8)
    return theta
