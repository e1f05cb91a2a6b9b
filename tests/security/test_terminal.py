"""Nothing from outside moves, hides or forges what a terminal shows."""

import io
import logging
import re
from pathlib import Path

import pytest
from rich.progress import Progress
from rich.table import Table

from cartolearn.commands.check import main as check
from cartolearn.terminal import Plain, Terminal, note, say, show_what_can_be_shown, spelled, warn
from tests.label.conftest import run, toy_project

EVIL = "\x1b[2J\x1b]8;;http://evil\x07\u202egnp\r\x9b31m[red]bug[/red]"
SOURCES = Path(__file__).parents[2] / "src" / "cartolearn"


def harmless(text: str) -> bool:
    return all(c.isprintable() or c == "\n" for c in text)


def test_tables_bars_and_lines_are_spelled_out() -> None:
    stream = io.StringIO()
    console = Terminal(file=stream, width=200)
    table = Table("class", title=EVIL)
    table.add_row(EVIL)
    console.print(table)
    console.print(EVIL)
    with Progress(console=console) as bar:
        bar.add_task(EVIL, total=1)
    assert harmless(stream.getvalue())
    assert "[red]bug[/red]" in stream.getvalue()
    assert r"\x1b[2J" in stream.getvalue()


def test_richs_own_colours_stay() -> None:
    stream = io.StringIO()
    console = Terminal(file=stream, force_terminal=True, color_system="standard", width=80)
    console.print(EVIL, style="bold red")
    assert "\x1b[1;31m" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()


def test_plain_lines_and_logs(capsys: pytest.CaptureFixture[str]) -> None:
    for print_it in (say, warn):
        print_it(f"a\n{EVIL}")
    captured = capsys.readouterr()
    assert harmless(captured.out + captured.err)
    note(EVIL)
    assert harmless(capsys.readouterr().err.strip("\r"))
    record = logging.LogRecord("a", logging.INFO, "", 0, "%s", (EVIL,), None)
    assert harmless(Plain("%(message)s").format(record))
    assert spelled("ä\n€") == "ä\n€"


def test_a_labelling_project_with_evil_names(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = toy_project(tmp_path / "p")
    project.record([{"event": "classes", "names": [EVIL]}])
    project.record([{"event": "label", "id": 0, "label": EVIL}])
    sheet = tmp_path / "evil\x1b[2J.csv"
    sheet.write_text('id,text,label\n1,x,"\x1b[2Jbug"\n"\x1b[2J7",y,bug\n')
    for words in (
        ["classes", project.path], ["status", project.path], ["add", project.path, sheet],
        ["status", tmp_path / "no\x1b[2Jwhere"], ["init", sheet, "--out", tmp_path / "\x1b[2Jq"],
    ):  # fmt: skip
        run(*words)
    check([str(tmp_path / "no\x1b[2Jwhere")])
    captured = capfd.readouterr()
    assert harmless(captured.out), repr(captured.out)
    assert harmless(captured.err), repr(captured.err)


def test_nothing_else_prints() -> None:
    prints = re.compile(
        r"sys\.std(out|err)\.write|(?<![\w.])print\(|(?<!\w)Console\(|(?<!\w)import Console\b"
        r"|sys\.stdout|click\.echo"
    )
    allowed = {"terminal.py", "report/command.py"}  # the latter asks whether stdout is a terminal
    found = [
        f"{path.relative_to(SOURCES)}: {line.strip()}"
        for path in sorted(SOURCES.rglob("*.py"))
        if str(path.relative_to(SOURCES)) not in allowed
        for line in path.read_text(encoding="utf-8").splitlines()
        if prints.search(line)
    ]
    assert found == []


def test_what_a_terminal_has_no_letters_for_is_spelled_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = [io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2)]
    monkeypatch.setattr("sys.stdout", bare[0])
    monkeypatch.setattr("sys.stderr", bare[1])
    show_what_can_be_shown()
    say("好")
    Terminal().print("ü")
    warn("é")
    for stream, shown in zip(bare, (b"\\u597d\n\\xfc\n", b"\\xe9\n"), strict=True):
        stream.flush()
        assert stream.buffer.getvalue() == shown
