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
        "htm",
        "3.1.1",
        "dist/htm.module.js",
        "htm.js",
        "ab33dd3f38059b9be4d5f5350128eefb2356639c4e0bbe9d9e8b3ba75847e9e4",
    ),
    # The camera where the browser knows no BarcodeDetector: reads QR symbols, plain JavaScript.
    Library(
        "qr",
        "0.7.0",
        "decode.js",
        "qr/decode.js",
        "00e209820dcb11d624e9a03d6383e580766792b57d1651318f0a29e4e1ff0fe8",
    ),
    Library(
        "qr",
        "0.7.0",
        "index.js",
        "qr/index.js",
        "a0de370051f94bd74f218f74401fdf197585e3f9ef0143164f87ea941a3fdd6f",
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
        (VENDOR / library.name).parent.mkdir(exist_ok=True)
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
