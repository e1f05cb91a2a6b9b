"""The program that counts kills, with a few of them; ``python -m benchmarks.kills`` does 100."""

import pytest


@pytest.mark.slow
def test_a_few_kills(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("transformers", reason="needs the extra transformers")
    from benchmarks.kills import main

    assert main(["--times", "7"]) == 0
    out = capsys.readouterr().out
    assert out.count(": 1 of 1 as undisturbed") == 7
