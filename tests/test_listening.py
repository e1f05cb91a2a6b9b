"""A server's address is taken before it is told."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cartolearn.commands.label import main as label
from cartolearn.commands.serve_model import main as serve_model
from cartolearn.errors import InputError
from cartolearn.listening import address, listen
from cartolearn.system import handed_on

EVERYWHERE = "0.0.0.0"  # noqa: S104
UVICORN = """
import sys
import uvicorn
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
from cartolearn.listening import listen, address
from cartolearn.system import handed_on
listening = listen("127.0.0.1", 0)
print(address("127.0.0.1", listening), flush=True)
sys.stdin.readline()
uvicorn.run(app, lifespan="off", log_level="error", **handed_on(listening))
"""


def test_who_connects_before_it_is_served_is_answered() -> None:
    pytest.importorskip("uvicorn")
    with subprocess.Popen(
        [sys.executable, "-c", UVICORN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert server.stdin
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as early:
            early.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            server.stdin.write("serve\n")
            server.stdin.flush()
            assert early.recv(100).startswith(b"HTTP/1.1 204")
        server.kill()


def test_a_taken_port_and_hosts_that_are_not_here() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert address("127.0.0.1", taken) == f"http://127.0.0.1:{port}"
        assert address(EVERYWHERE, taken) == f"http://127.0.0.1:{port}"
        assert address("::", taken) == f"http://[::1]:{port}"
        told = rf"listen at 127\.0\.0\.1:{port}: Address already in use; try another --port"
        with pytest.raises(InputError, match=told):
            listen("127.0.0.1", port)
    for host in ("no such host", "a" * 64, "é..b"):
        with pytest.raises(InputError, match="no address of that name is known; try another --h"):
            listen(host, 0)
    with pytest.raises(InputError, match=r"192\.0\.2\.1:0: Cannot assign .*; try another --host"):
        listen("192.0.2.1", 0)
    with pytest.raises(InputError, match="--host names no address"):
        listen("", 0)


def test_without_unix_sockets_the_place_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = listen("127.0.0.1", 0)
    assert handed_on(listening) == {"fd": listening.fileno()}
    monkeypatch.delattr(socket, "AF_UNIX")
    assert handed_on(listening) == {}
    assert listening.fileno() == -1


@pytest.mark.parametrize("port", ["99999", "-1", "8e3", "", "8000.0", "1" * 5000])
@pytest.mark.parametrize("command", ["serve", "backend", "serve-model"])
def test_what_is_no_port_is_refused_by_every_server(
    command: str, port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(tmp_path), f"--port={port}"]
    with pytest.raises(SystemExit) as ended:
        _ = serve_model(words) if command == "serve-model" else label([command, *words])
    assert ended.value.code == 2
    assert "port" in capsys.readouterr().err
