"""The page that the strategies' benchmark writes."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from benchmarks.machine import machine
from benchmarks.strategy_peers import PeerRow
from benchmarks.turns import Taken

LOOP = 9  # seconds


@dataclass(frozen=True)
class Row:
    """A strategy's time, the same in passes of the main classifier, and its peak memory."""

    name: str
    taken: Taken
    passes: float
    megabytes: float


def document(
    setting: str,
    rows: Sequence[Row],
    one: Row,
    features: float,
    million: Sequence[Row],
    dal: tuple[Taken, Taken, float],
    peers: Sequence[PeerRow],
    absent: Sequence[str],
) -> str:
    """Return the page; ``features`` is their size in MB."""
    where = ", ".join(f"{key} {value}" for key, value in machine().items())
    return f"""# Speed of the strategies

Written by `python -m benchmarks.strategies`. {where}; threads: {torch.get_num_threads()}.
Other work may have shared the cores: seconds of the processor (CPU) suffer less from it than those
of the clock, and ratios less than both. Medians; the jobs of a table take turns.

{setting} One pass of the main classifier takes {one.taken.cpu:.2f} s CPU
({one.taken.clock:.2f} s by the clock); memory is what is held at most beyond the features
({features:.0f} MB), of which a pass alone takes {one.megabytes:.0f} MB.

{_own_table(rows, million)}

`dal` trains ten epochs over everything. It holds as much of Psi meanwhile as takes four fifths
of the features' memory, and computes the rest in every epoch anew. The `pool_*` family does ten
passes, `bald` ten thinned ones.

{_short(rows, million, features, 10 * dal[1].clock)}

DAL's classifier on the same rows, batches of 64, one epoch: ours {dal[0].cpu:.2f} s CPU, computing
Psi of a fifth of them included; a bare PyTorch loop over the same batches, all of Psi in memory,
{dal[1].cpu:.2f} s; median ratio of pairs {dal[2]:.2f}.

## Against other libraries
Selection only, CPU seconds: all get the same embeddings and a classifier of one matrix product, and
keep their defaults. What they do otherwise stands in the last column.

{_peer_table(peers)}
""" + "".join(f"\n{name} is not installed here, so it did not take part.\n" for name in absent)


def _short(rows: Sequence[Row], million: Sequence[Row], features: float, loop: float) -> str:
    """Name what misses the targets; a strategy of many passes has none for its time."""
    if not million:
        return "The targets are for 119,000 and 1,000,000 rows, and are not looked at without both."
    few = [row for row in rows if row.passes < 3]
    memory = [f"`{row.name}` {row.megabytes:.0f} MB" for row in rows if row.megabytes > features]
    slower = loop / LOOP
    return f"""\
- Target 1 s by the clock for those of few passes: {_slow(few, 1)}.
- Target 10 s for a million rows: {_slow(million, 10)}.
- Target no more memory than the features take again: {_missed(memory)}.

These seconds are for a machine on which the bare loop below takes {LOOP} s for ten epochs. Here it
takes {loop:.1f} s. Divided by {slower:.2f}, 1 s is {_slow(few, 1, slower)}, and 10 s for a million
rows {_slow(million, 10, slower)}."""


def _slow(rows: Sequence[Row], seconds: float, slower: float = 1) -> str:
    taken = {row.name: row.taken.clock / slower for row in rows}
    return _missed([f"`{name}` {s:.2f} s" for name, s in taken.items() if s > seconds])


def _missed(by: Sequence[str]) -> str:
    return f"missed by {', '.join(by)}" if by else "met by all"


def _own_table(rows: Sequence[Row], million: Sequence[Row]) -> str:
    large = {row.name: row for row in million}
    lines = [
        "| strategy | CPU s | clock s | in passes | MB | 1,000,000 rows: CPU s | clock s | MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        far = large.get(row.name)
        more = " | | "
        if far:
            more = f"{far.taken.cpu:.1f} | {far.taken.clock:.1f} | {far.megabytes:.0f}"
        lines.append(
            f"| `{row.name}` | {row.taken.cpu:.2f} | {row.taken.clock:.2f} | {row.passes:.1f} |"
            f" {row.megabytes:.0f} | {more} |"
        )
    return "\n".join(lines)


def _peer_table(peers: Sequence[PeerRow]) -> str:
    lines = [
        "| strategy | rows | ours s | library | its s | times ours | remark |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{p.strategy}` | {p.rows:,} | {p.ours:.3f} | {p.library} | {p.theirs:.3f} |"
        f" {p.theirs / p.ours:.1f} | {p.remark} |"
        for p in peers
    ]
    return "\n".join(lines)
