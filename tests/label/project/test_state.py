from collections.abc import Callable
from functools import partial
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from cartolearn.event_log import Event
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.project.random_order import next_in_order, random_order, sample_so_far
from tests.label.conftest import replay


def label(row: int, name: str | None, by: str = "ana") -> Event:
    return {"event": "label", "id": row, "label": name, "by": by, "at": "2026-01-01T00:00:00"}


def batch(*picks: tuple[int, str], by: str = "ana") -> Event:
    listed = [{"id": row, "how": how} for row, how in picks]
    return {"event": "batch", "picks": listed, "by": by, "at": "2026-01-01T00:00:00"}


def test_the_last_label_counts_and_its_place_is_the_last() -> None:
    state = replay(["a", "b"], [label(3, "a"), label(1, "b"), label(3, "b")])
    assert state.ids.tolist() == [1, 3]
    assert state.targets.tolist() == [1, 1]
    assert state.log_length == 3


def test_an_undone_label_is_gone() -> None:
    state = replay(["a"], [label(3, "a"), label(3, None)])
    assert not len(state.ids)
    assert state.disagreements() == []


def test_people_who_disagree_are_found_until_one_gives_in() -> None:
    said = [label(3, "a", "ana"), label(3, "b", "bo"), label(4, "a", "ana"), label(4, "a", "bo")]
    assert replay(["a", "b"], said).disagreements() == [3]
    assert replay(["a", "b"], [*said, label(3, "b", "ana")]).disagreements() == []


def again(row: int, name: str | None, by: str = "ana") -> Event:
    return {**label(row, name, by), "event": "again"}


def test_what_is_asked_again_is_compared_with_the_label_that_stood() -> None:
    events = [label(3, "a"), label(4, "b"), label(5, "a"), batch((3, "again"), (4, "again"))]
    events += [again(3, "b"), again(4, "b", "bo"), label(3, "b"), again(7, "a")]
    state = replay(["a", "b", "c"], events)
    assert state.repeats == {3: ("a", "b"), 4: ("b", "b")}
    assert state.changed_minds() == [3]
    assert [given.label for given in state.labels.values()] == ["b", "a", "b"]
    assert state.holders == {}
    known = Reliability.of(state, None)
    assert (known.classes, known.asked, known.differed) == (3, 2, 1)
    assert replay(["a", "b"], events[:5]).labels[3].label == "a"


def test_an_answer_to_what_was_asked_again_can_be_changed_and_undone() -> None:
    events = [label(3, "a"), again(3, "b"), again(3, "a")]
    assert replay(["a", "b"], events).repeats == {3: ("a", "a")}
    assert replay(["a", "b"], [*events, again(3, None)]).repeats == {}
    assert replay(["a", "b"], [*events, again(3, None)]).labels[3].label == "a"


def test_passing_over_what_was_asked_again_leaves_its_label() -> None:
    events: list[Event] = [label(3, "a"), batch((3, "again")), {"event": "skip", "id": 3}]
    state = replay(["a"], events)
    assert (state.skipped, state.holders, list(state.labels)) == (set(), {}, [3])


def test_classes_may_come_later_and_double_names_count_once() -> None:
    named: Event = {"event": "classes", "names": ["b", "a", "c"]}
    assert replay(["a"], [named, label(1, "c")]).targets.tolist() == [2]


def test_a_text_is_held_from_the_batch_to_the_answer() -> None:
    skip: Event = {"event": "skip", "id": 2}
    state = replay(["a"], [batch((1, "random"), (2, "margin"), (3, "margin")), label(1, "a"), skip])
    assert list(state.holders) == [3]
    assert state.skipped == {2}
    assert state.batches[0][1].how == "margin"


def test_unknown_events_are_passed_over() -> None:
    assert replay(["a"], [{"event": "from the future"}, label(1, "a")]).ids.tolist() == [1]


def test_the_order_is_one_of_all_ids_and_the_same_for_ever() -> None:
    order = random_order(1000, 0)
    assert sorted(order) == list(range(1000))
    assert random_order(1000, 1).tolist() != order.tolist()
    assert order[:5].tolist() == random_order(1000, 0)[:5].tolist()
    keys = [blake2b(f"0/{i}".encode(), digest_size=8).digest() for i in range(1000)]
    assert order.tolist() == sorted(range(1000), key=lambda i: (keys[i], i))
    shorter = random_order(500, 0)
    assert [i for i in order if i < 500] == shorter.tolist()


def test_the_first_of_the_order_are_spread_evenly() -> None:
    assert kstest(random_order(5000, 3)[:500] / 5000, "uniform").pvalue > 0.01


def test_the_sample_holds_what_was_labelled_on_the_way() -> None:
    order = random_order(50, 0)
    labelled_anyway = int(order[1])
    asked = next_in_order(order, [labelled_anyway], 3)
    assert asked.tolist() == [order[0], order[2], order[3]]
    assert sample_so_far(order, asked.tolist()).tolist() == order[:4].tolist()
    assert not len(sample_so_far(order, []))
    events = [batch(*((int(i), "random") for i in asked))]
    events += [label(labelled_anyway, "a"), label(int(order[2]), "a"), label(int(order[9]), "a")]
    state = replay(["a"], events)
    assert set(state.random_ids(50, 0)) == {labelled_anyway, int(order[2])}


def test_random_picks_of_a_shrinking_pool_stay_a_fair_sample() -> None:
    """The share of hard texts in the sample, while a strategy takes all hard ones first."""
    hard = np.arange(2000) < 400
    in_order, from_what_is_left = [], []
    for seed in range(40):
        order, random = random_order(2000, seed), np.random.default_rng(seed)
        asked = _ask(partial(next_in_order, order, count=5))
        in_order.append(hard[sample_so_far(order, asked)].mean())
        from_what_is_left.append(hard[_ask(partial(_any_five, random))].mean())
    assert abs(np.mean(in_order) - 0.2) < 0.03
    assert np.mean(from_what_is_left) < 0.14


def _any_five(random: np.random.Generator, taken: set[int]) -> NDArray[np.int64]:
    return random.choice(np.setdiff1d(np.arange(2000), list(taken)), 5)


def _ask(draw: Callable[[set[int]], NDArray[np.int64]]) -> list[int]:
    taken, asked, queue = set[int](), list[int](), list(range(400))
    for _ in range(10):
        drawn = draw(taken).tolist()
        asked += drawn
        taken |= set(drawn) | {queue.pop(0) for _ in range(40) if queue}
    return asked
