"""What one system lacks stands in one module, and everything runs without it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
POSIX = {
    "os": {"fork", "forkpty", "getpgid", "getpriority", "getsid", "getuid", "geteuid", "killpg",
           "mkfifo", "nice", "pread", "pwrite", "sched_getaffinity", "setpgid", "setsid", "statvfs",
           "sysconf", "uname", "wait3", "wait4", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC"},
    "signal": {"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCHLD", "alarm", "pthread_kill"},
}  # fmt: skip
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios"}
FAKE_TASKKILL = """#!{python}
import os, sys
os.kill(int(sys.argv[-1]), 9)
"""


def named(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in POSIX.get(node.value.id, ()):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name in MODULES]
        elif isinstance(node, ast.ImportFrom):
            names = [each.name for each in node.names]
            found += [name for name in names if name in POSIX.get(node.module or "", ())]
            found += [node.module] if node.module in MODULES else []
    return found


def test_one_module_alone_names_what_a_system_lacks() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        found = named(ast.parse(path.read_text(encoding="utf-8")))
        assert bool(found) == (path.name == "system.py"), f"{path}: {found}"


def run(folder: Path, *words: str) -> str:
    """Run a command as on a system without what POSIX has."""
    (folder / "bin").mkdir(exist_ok=True)
    taskkill = folder / "bin" / "taskkill"
    taskkill.write_text(FAKE_TASKKILL.format(python=sys.executable), encoding="utf-8")
    taskkill.chmod(0o755)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "without_posix"), str(ROOT)]),
        "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"]]),
        "CAL_CACHE_DIR": str(folder / "cache"), "COLUMNS": "200", "USER": "ana",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "cartolearn", *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    lines = [f"a fine day {i},good\na bad night {i},bad\n" for i in range(40)]
    (tmp_path / "texts.csv").write_text("text,label\n" + "".join(lines), encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="it has none of it")
def test_labelling_without_posix(texts: Path) -> None:
    run(texts, "label", "init", "texts.csv", "--out", "project", "embedding=tfidf_svd")
    (texts / "more.csv").write_text("id,label\n3,good\n", encoding="utf-8")
    assert "1 changed" in run(texts, "label", "add", "project", "more.csv", "--replace")
    log = (texts / "project" / "labels.jsonl").read_bytes()
    assert log.endswith(b"\n")
    assert b"\n\n" not in log


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="it has none of it")
def test_a_sweep_without_posix(texts: Path) -> None:
    options = ["dataset=csv", "dataset.train=texts.csv", "embedding=tfidf_svd", "logger=none"]
    loop = ["loop.seed_set_size=10", "loop.rounds=1", "loop.query_size=5", "trainer.max_epochs=2"]
    output = run(texts, "run", *options, *loop, "seed=0,1", "hydra.launcher.jobs=2", "-m")
    assert "2 of 2 done" in output
    assert len(list(texts.glob("multirun/*/*/learning_curve.png"))) == 2
