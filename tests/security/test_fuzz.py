"""Every file of a project, an audit and a run folder, flipped, cut, or with hostile content.

Whatever stands there: a command ends with the right result or one line of error, runs no code,
resolves nothing of the environment, and touches no other file. 500 cases, or as many as the
variable CAL_FUZZ_CASES says, e.g. 10,000 a night.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hydra.errors import HydraException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartolearn.audit.drawing.draw import strata_of
from cartolearn.audit.files.add import add_file as add_checks
from cartolearn.audit.project.folder import Audit
from cartolearn.commands.check import check_folders
from cartolearn.data.kept_columns import write_columns
from cartolearn.errors import InputError
from cartolearn.event_log import append
from cartolearn.label.files.add import add_file
from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.prompt import Prompt
from cartolearn.label.suggesting.record import path_of, prompt_event, read_suggestions
from cartolearn.loop.resume import Task, saved_task
from cartolearn.runs.run import load_run
from tests.audit.conftest import SMALL, answer, planted, write_csv
from tests.audit.conftest import run as run_audit
from tests.label.conftest import toy_project, toy_texts
from tests.reliability.conftest import finished, texts  # noqa: F401  (fixtures)

CASES = int(os.environ.get("CAL_FUZZ_CASES", "500"))
ALIASES = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(50))
HOSTILE = [
    "!!python/object/apply:os.system ['touch trapped']\n", ALIASES, "[" * 5000, "{" * 5000,
    '{"a": ' * 2000, "a: ${oc.env:SECRET}\n", 'name: "\\x24{oc.env:SECRET}"\n', "9" * 6000, "NaN",
    "null", "[]", "{}", "\x00", "\ud83d".encode("utf-16-le", "surrogatepass").decode("latin-1"),
    "options: ['hydra.searchpath=[pkg://evil]']\n", "1:" * 4000 + "1", '"\x1b[2J"', "",
]  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars | st.sampled_from(["${oc.env:SECRET}", "../../x", "/dev/zero", "\x1b[2J"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Draw a way to damage a file's bytes."""
    kind = draw(st.sampled_from(["flip", "cut", "insert", "hostile", "value", "line"]))
    at = draw(st.floats(0, 1, exclude_max=True))
    if kind == "flip":
        bit = draw(st.integers(0, 7))
        return lambda data: _at(data, at, lambda byte: bytes([byte[0] ^ 1 << bit]))
    if kind == "cut":
        return lambda data: data[: int(at * len(data))]
    if kind == "insert":
        more = draw(st.binary(min_size=1, max_size=8))
        return lambda data: _at(data, at, lambda byte: more + byte)
    if kind == "line":
        return lambda data: _without_line(data, at)
    if kind == "hostile":
        text = draw(st.sampled_from(HOSTILE))
        return lambda _: text.encode("utf-8", "surrogatepass")
    key = draw(st.sampled_from(["options", "classes", "id", "label", "rounds"]))
    value = draw(values)
    return lambda data: _with_value(data, key, value)


def _at(data: bytes, at: float, change: Callable[[bytes], bytes]) -> bytes:
    place = int(at * len(data))
    return data[:place] + change(data[place : place + 1] or b"\0") + data[place + 1 :]


def _without_line(data: bytes, at: float) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[int(at * len(lines)) : int(at * len(lines)) + 1]
    return b"".join(lines)


def _with_value(data: bytes, key: str, value: object) -> bytes:
    """Return JSON (YAML too) in which ``key`` has a value of another kind."""
    try:
        before = json.loads(data)
    except ValueError:
        before = {}
    changed = before | {key: value} if isinstance(before, dict) else value
    return json.dumps(changed).encode("utf-8", "surrogatepass")


def unchanged(folder: Path, but: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != but)
    return {
        str(p): p.read_bytes() for p in files if p.suffix != ".lock" and "derived" not in p.parts
    }


def endings(*commands: Callable[[], object]) -> str:
    """Call each; return the errors that a person would see. Anything else is a failure."""
    told = []
    for command in commands:
        try:
            command()
        except (InputError, HydraException) as error:
            told.append(str(error).strip() or "an error that says nothing: hunter2")
    return "\n".join(told)


@pytest.fixture(autouse=True)
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A secret that must not show, and a folder in which nothing must appear."""
    monkeypatch.setenv("SECRET", "hunter2")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    yield
    assert list((tmp_path / "cwd").iterdir()) == []


fuzzed = settings(
    max_examples=CASES // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def survives(
    folder: Path, name: str, log: str, damage: Callable[[bytes], bytes],
    capsys: pytest.CaptureFixture[str], reading: list[Callable[[], object]],
    writing: Callable[[], object],
) -> None:  # fmt: skip
    """Damage a file, read everything, add a sheet, and put all back as it was."""
    home, path = folder.parent, folder / name
    whole, events = path.read_bytes(), (folder / log).read_bytes()
    path.write_bytes(damage(whole))
    try:
        before = unchanged(home, path)
        told = endings(*reading, lambda: check_folders([folder]))
        assert unchanged(home, path) == before
        told += endings(writing)
    finally:
        path.write_bytes(whole)
        (folder / log).write_bytes(events)
        (home / "sheet.bad.csv").unlink(missing_ok=True)
    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err + told


OF_PROJECT = [
    "project.yaml", "texts.parquet", "columns.parquet", "labels.jsonl", "suggestions.jsonl",
]  # fmt: skip


@fuzzed
@given(name=st.sampled_from(OF_PROJECT), damage=damages())
def test_a_project(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], name: str,
    damage: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    home = tmp_path_factory.getbasetemp() / "fuzzed"
    project = home / "p"
    if not home.exists():
        events = [
            {"event": "label", "id": i, "label": name} for i, name in enumerate(toy_texts()[1])
        ]
        texts = toy_texts()[0]
        made = toy_project(
            project, events[:30],
            columns=lambda path: write_columns(path, ["n", "text"], "text", enumerate(texts)),
        )  # fmt: skip
        prompt = Prompt.of(made, made.state(), [0, 1])
        said = {"event": "suggestion", "model": "m", "prompt": prompt.fingerprint, "label": "bug",
                "requests": 1, "money": 0.5}  # fmt: skip
        append(path_of(made), [prompt_event(prompt, "m", "u"), *(said | {"id": i} for i in (2, 3))])
        (home / "sheet.csv").write_text("id,label\n40,bug\n")
    reading = [
        lambda: Project.open(project).state(),
        lambda: Project.open(project).texts,
        lambda: read_suggestions(Project.open(project), Project.open(project).state()),
        lambda: list(Project.open(project).columns(range(9))[1]),
        lambda: Project.open(project).options,
    ]
    adding = lambda: add_file(Project.open(project), home / "sheet.csv")  # noqa: E731
    survives(project, name, "labels.jsonl", damage, capsys, reading, adding)


OF_AUDIT = ["audit.yaml", "texts.parquet", "labels.parquet", "checks.jsonl", "draws/0000.npy"]


@fuzzed
@given(name=st.sampled_from(OF_AUDIT), damage=damages())
def test_an_audit(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], name: str,
    damage: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    home = tmp_path_factory.getbasetemp() / "fuzzed_audit"
    audit = home / "a"
    if not home.exists():
        home.mkdir()
        texts, gold = toy_texts()
        table = write_csv(home / "labelled.csv", {"text": texts, "label": planted(gold, 0.1, 0)})
        assert run_audit("init", table, "--out", audit, *SMALL) == 0
        assert run_audit("next", audit, "-n", 40, "--out", home / "sheet.csv") == 0
        ids = answer(home / "sheet.csv", gold)
        add_checks(Audit.open(audit), home / "sheet.csv", "ana")
        write_csv(home / "sheet.csv", {"id": [str(ids[0])], "label": ["bug"]})
    reading = [
        lambda: Audit.open(audit).state().truth(),
        lambda: Audit.open(audit).labels.names(0),
        lambda: Audit.open(audit).options,
        lambda: [strata_of(Audit.open(audit), d) for d in Audit.open(audit).state().draws],
    ]
    adding = lambda: add_checks(Audit.open(audit), home / "sheet.csv", "bob")  # noqa: E731
    survives(audit, name, "checks.jsonl", damage, capsys, reading, adding)


FILES = [
    "config.yaml", "run.json", "rounds.csv", "selections.parquet", "finished.json", "SHA256SUMS",
    "state/round_001.json", "data_maps/round_001.parquet",
]  # fmt: skip


@fuzzed
@given(name=st.sampled_from(FILES), damage=damages(), summed=st.booleans())
def test_a_run_folder(
    finished: Path, tmp_path_factory: pytest.TempPathFactory, name: str,  # noqa: F811
    damage: Callable[[bytes], bytes], summed: bool, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path_factory.getbasetemp() / "fuzzed_run"
    if not folder.exists():
        shutil.copytree(finished, folder)
    path, sums = folder / name, folder / "SHA256SUMS"
    whole, known = path.read_bytes(), sums.read_bytes()
    if not summed:
        sums.unlink()
    path.write_bytes(damage(whole))
    try:
        before = unchanged(folder, path)
        told = endings(
            lambda: load_run(folder).score("final"),
            lambda: load_run(folder).batches,
            lambda: load_run(folder).map_columns(1),
            lambda: saved_task(_command(folder)),
            lambda: check_folders([folder]),
        )
        assert unchanged(folder, path) == before
    finally:
        path.write_bytes(whole)
        sums.write_bytes(known)
    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err + told


def _command(folder: Path) -> Task:
    from omegaconf import OmegaConf

    options = {"resume": str(folder), "allow_targets": [], "paths": {"cache_dir": "x"}}
    return Task(OmegaConf.create(options | {"logger": {}}), folder, {}, [], folder)
