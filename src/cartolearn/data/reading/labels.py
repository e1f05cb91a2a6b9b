"""What labels of a file are taken for: the one that most people gave, and names that look odd."""

from collections import Counter
from collections.abc import Container

from cartolearn.data.canonical import MISSING_WORDS
from cartolearn.data.reading.rows import Rows

SHOWN = 10
SIGNS = ";,|#"  # between several labels in a cell


def agreed(answers: list[str], counted: Counter[str]) -> str:
    """Return the label that most people gave, "" where there is no such one; it is counted.

    Who gave none has no say.
    """
    answers = list(filter(None, answers)) or answers[:1]
    if len(answers) == 1:
        return answers[0]
    (first, most), *others = Counter(answers).most_common()
    if not others:
        return first
    if others[0][1] == most:
        counted["text(s) without a label, since as many people gave one as another"] += 1
        return ""
    counted["text(s) with the label that most people gave"] += 1
    return first


def note_names(rows: Rows, counts: Counter[str]) -> None:
    """Note what is odd about the names of classes; ``counts`` says how often each occurs."""
    words = sorted(name for name in counts if name.lower() in MISSING_WORDS)
    if words:
        named = ", ".join(f"{name} ({counts[name]:,} rows)" for name in words)
        rows.assumed.append(f"taken as names of classes, not as gaps: {named}")
    several = [name for name in sorted(counts) if _joined(name, counts)]
    if several:
        named = ", ".join(several[:SHOWN])
        rows.assumed.append(f"taken as classes of their own, though they name several: {named}")
    twins: dict[str, list[str]] = {}
    for name in counts:
        twins.setdefault(name.casefold(), []).append(name)
    alike = [" and ".join(sorted(names)) for names in twins.values() if len(names) > 1]
    if alike:
        rows.assumed.append(f"classes that differ by case alone: {'; '.join(sorted(alike))}")


def _joined(name: str, classes: Container[str]) -> bool:
    """Tell whether a name is made of several of the classes, as cells with several labels are."""
    parts = [[part.strip() for part in name.split(sign)] for sign in SIGNS]
    return any(len(some) > 1 and all(part in classes for part in some) for some in parts)
