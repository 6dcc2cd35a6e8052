"""Fetches the pinned browser libraries with npm into linli/static/vendor, each with its licence."""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "linli" / "static" / "vendor"


@dataclass(frozen=True)
class Library:
    """One file of one npm package, pinned by version and by the SHA-256 of what is written."""

    package: str
    version: str
    inside: str
    name: str
    sha256: str


LIBRARIES = (
    # The desk: HTML fragments without a build.
    Library(
        "htmx.org",
        "2.0.11",
        "dist/htmx.min.js",
        "htmx.min.js",
        "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    ),
    # The phone: components without a build.
    Library(
        "preact",
        "10.29.8",
        "dist/preact.module.js",
        "preact.js",
        "25a5df7e9f628a587743c4641a368737a3b218f28ef738ba0376a2d5bdfc948c",
    ),
    Library(
        "preact",
        "10.29.8",
        "hooks/dist/hooks.module.js",
        "preact-hooks.js",
        "b1d3259c155bf0ae927d69dd7d0053db272db9c507ece0ac06a536fefd8c307c",
    ),
    Library(
        "htm",
        "3.1.1",
        "dist/htm.module.js",
        "htm.js",
        "ab33dd3f38059b9be4d5f5350128eefb2356639c4e0bbe9d9e8b3ba75847e9e4",
    ),
    Library(
        "@preact/signals-core",
        "1.14.5",
        "dist/signals-core.module.js",
        "signals-core.js",
        "45c263e519aaf3b6ef9b0a12a8b63dc06cdfcbd35bffc8203ec68c6117e6fcd7",
    ),
    Library(
        "@preact/signals",
        "2.11.4",
        "dist/signals.module.js",
        "signals.js",
        "89074d9db96b7f8e1be47f93913355b8cef829fb939f18a3a3ee320854ceebf8",
    ),
)


def main() -> int:
    """Return 0 when every file has the pinned content, 1 when one differs (nothing is written then)."""
    with tempfile.TemporaryDirectory() as folder:
        files = [(library, *read(library, Path(folder))) for library in LIBRARIES]
    wrong = [f"{lib.name}: {digest(code)}" for lib, code, _ in files if digest(code) != lib.sha256]
    if wrong:
        print("not the pinned content:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for library, code, licence in files:
        (VENDOR / library.name).write_bytes(code)
        (VENDOR / f"{library.name}.LICENSE.txt").write_bytes(licence)
    (VENDOR / "VERSIONS.txt").write_text(versions(), encoding="utf-8")
    return 0


def read(library: Library, folder: Path) -> tuple[bytes, bytes]:
    """Return the wanted file without its source-map line, and the package's licence."""
    archive = folder / pack(library, folder)
    with tarfile.open(archive) as tar:
        code, licence = (_member(tar, name) for name in (library.inside, "LICENSE"))
    return _without_source_map(code), licence


def pack(library: Library, folder: Path) -> str:
    """Let npm fetch the package (npm checks its integrity) and return the archive's file name."""
    wanted = f"{library.package}@{library.version}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), wanted]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(f"package/{name}")
    if member is None:
        raise FileNotFoundError(name)
    return member.read()


def _without_source_map(code: bytes) -> bytes:
    # The map is not vendored, and the static manifest refuses a reference to a missing file.
    lines = code.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))


def digest(code: bytes) -> str:
    """Return the SHA-256 of the content in hexadecimal."""
    return hashlib.sha256(code).hexdigest()


def versions() -> str:
    """Return the table of what is vendored: file, package, version, SHA-256."""
    return "".join(f"{lib.name}  {lib.package}@{lib.version}  sha256:{lib.sha256}\n" for lib in LIBRARIES)


if __name__ == "__main__":
    sys.exit(main())
