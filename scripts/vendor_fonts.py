#!/usr/bin/env python3
"""Rebuild linli/codes/faces from the published fonts, or check that nothing there has changed.

    python scripts/vendor_fonts.py           fetch (npm, apt-get download), subset, write, print sizes
    python scripts/vendor_fonts.py --check   compare every file with MANIFEST.sha256; exit 1 if one differs

Needs fonttools (a dependency of fpdf2), npm, apt-get and dpkg-deb; nothing of this is needed at run time.
Files are WOFF because it is compressed per table with zlib: fontTools reads only what a page needs, and the
four files stay below 30 MB. Hinting and layout tables are dropped: paper is printed at 300 dpi and more.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, sfnt

FACES = Path(__file__).resolve().parent.parent / "linli" / "codes" / "faces"
MANIFEST = FACES / "MANIFEST.sha256"

NOTO = "@expo-google-fonts/noto-sans-sc@0.4.3"
HANAZONO = "fonts-hanazono=20170904-2.1"

HAN = (
    (0x3400, 0x4DBF),  # Extension A
    (0x4E00, 0x9FFF),  # Unified
    (0xF900, 0xFAFF),  # Compatibility
    (0x20000, 0x2EBEF),  # Extensions B to F
    (0x2F800, 0x2FA1F),  # Compatibility Supplement
)

RARE = {"rare1": (0, 0x253FF), "rare2": (0x25400, 0x2A6FF), "rare3": (0x2A700, 0x10FFFF)}
"""Hanazono in three files: a page with one rare character reads a third of it."""

sfnt.ZLIB_COMPRESSION_LEVEL = 9


def common() -> set[int]:
    """What nearly every page is written with: GB 2312 (6,763 hanzi and its symbols) and Latin."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    double = {ord(c) for pair in pairs for c in pair.decode("gb2312", "ignore")}
    extra = {ord(c) for c in "·•–—‘’“”…→←↑↓×÷±°✓✗□■○●◆◇△▲▼★℃㎡"}
    return set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | double | extra


def han() -> set[int]:
    return {point for first, last in HAN for point in range(first, last + 1)}


def run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def fetch(work: Path) -> tuple[Path, Path]:
    """Both packages unpacked below `work`: (folder of Noto Sans SC, folder of Hanazono's files)."""
    run("npm", "pack", "--silent", NOTO, cwd=work)
    run("tar", "-xzf", next(work.glob("*.tgz")).name, cwd=work)
    run("apt-get", "-o", "APT::Sandbox::User=root", "download", HANAZONO, cwd=work)
    run("dpkg-deb", "-x", next(work.glob("*.deb")).name, "hanazono", cwd=work)
    return work / "package", work / "hanazono" / "usr" / "share"


def points(font: Path) -> set[int]:
    return set(TTFont(font, lazy=True).getBestCmap())


def cut(source: Path, wanted: set[int], target: str, *, family: str) -> None:
    """Write the glyphs of `wanted` as FACES/`target`, named `family`: a cut font bears no reserved name."""
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False, flavor="woff"
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "FFTM", "prop", "gasp", "STAT"]
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    rename(font, family)
    subset.save_font(font, str(FACES / target), options)


def rename(font: TTFont, family: str) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = family
        if record.nameID == 6:
            record.string = family.replace(" ", "")


def build(noto: Path, hanazono: Path) -> None:
    regular = noto / "400Regular" / "NotoSansSC_400Regular.ttf"
    bold = noto / "700Bold" / "NotoSansSC_700Bold.ttf"
    rare_a = hanazono / "fonts" / "truetype" / "hanazono" / "HanaMinA.ttf"
    rare_b = hanazono / "fonts" / "truetype" / "hanazono" / "HanaMinB.ttf"
    lacking = han() - points(regular)
    cut(regular, common(), "regular.woff", family="Noto Sans SC Linli")
    cut(bold, common(), "bold.woff", family="Noto Sans SC Linli")
    cut(regular, points(regular) - common(), "more.woff", family="Noto Sans SC Linli More")
    for name, (first, last) in RARE.items():
        part = {point for point in lacking & points(rare_b) if first <= point <= last}
        cut(rare_b, part, f"{name}.woff", family=f"Linli Rare Han {name[-1]}")
    cut(rare_a, lacking & points(rare_a) - points(rare_b), "compat.woff", family="Linli Compatibility Han")
    (FACES / "LICENSE.noto-sans-sc.txt").write_bytes((noto / "LICENSE_FONT").read_bytes())
    (FACES / "LICENSE.hanazono.txt").write_bytes(
        (hanazono / "doc" / "fonts-hanazono" / "copyright").read_bytes()
    )


def listing() -> str:
    """The manifest's text for what lies in FACES now: `sha256  name` lines, as sha256sum prints them."""
    files = sorted(p for p in FACES.iterdir() if p.name != MANIFEST.name and p.suffix in (".woff", ".txt"))
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files)


def refresh() -> int:
    FACES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        build(*fetch(Path(folder)))
    MANIFEST.write_text(listing(), encoding="ascii")
    for face in sorted(FACES.glob("*.woff")):
        print(f"{face.name:14} {face.stat().st_size / 1e6:6.2f} MB  {len(points(face)):6} characters")
    return 0


def check() -> int:
    if MANIFEST.read_text(encoding="ascii") == listing():
        return 0
    print("linli/codes/faces differs from its MANIFEST.sha256", file=sys.stderr)
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only compare with the manifest")
    task: Callable[[], int] = check if parser.parse_args().check else refresh
    return task()


if __name__ == "__main__":
    raise SystemExit(main())
