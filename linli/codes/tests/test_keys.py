"""Keys on disk are private to their owner, rotate without breaking what was signed, and can be distrusted."""

import os
import stat
from pathlib import Path

import pytest

from linli.codes import keys
from linli.codes.sign import published


def test_no_folder_is_no_key(tmp_path: Path) -> None:
    ring = keys.load(tmp_path / "none")
    assert ring.current is None
    assert ring.public == {}


def test_a_private_key_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    os.umask(0)
    key = keys.rotate(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / f"{key.public.kid}.key").stat().st_mode) == 0o600
    assert sorted(p.suffix for p in (tmp_path / "keys").iterdir()) == [".key", ".pub"]


def test_the_newest_key_signs_and_the_older_ones_are_still_published(tmp_path: Path) -> None:
    first, second = keys.rotate(tmp_path), keys.rotate(tmp_path)
    os.utime(tmp_path / f"{first.public.kid}.key", (1, 1))
    ring = keys.load(tmp_path)
    assert ring.current is not None
    assert ring.current.public == second.public
    assert ring.public == {first.public.kid: first.public, second.public.kid: second.public}
    assert [k["kid"] for k in published(ring.public.values())["keys"]] == sorted(ring.public)


def test_a_retired_key_signs_no_more_but_verifies(tmp_path: Path) -> None:
    key = keys.rotate(tmp_path)
    keys.retire(tmp_path, key.public.kid)
    ring = keys.load(tmp_path)
    assert ring.current is None
    assert ring.public == {key.public.kid: key.public}


def test_a_distrusted_key_is_gone_and_the_one_before_signs_again(tmp_path: Path) -> None:
    first, second = keys.rotate(tmp_path), keys.rotate(tmp_path)
    keys.distrust(tmp_path, second.public.kid)
    ring = keys.load(tmp_path)
    assert ring.current is not None
    assert ring.current.public == first.public
    assert ring.public == {first.public.kid: first.public}


def test_a_key_whose_public_half_is_gone_does_not_sign(tmp_path: Path) -> None:
    key = keys.rotate(tmp_path)
    (tmp_path / f"{key.public.kid}.pub").unlink()
    assert keys.load(tmp_path).current is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    key = keys.rotate(tmp_path)
    (tmp_path / f"{key.public.kid}.key").chmod(mode)
    with pytest.raises(keys.Unsafe, match="chmod 600"):
        keys.load(tmp_path)


@pytest.mark.parametrize("kind", ["key", "pub"])
def test_a_file_that_holds_another_key_is_refused(tmp_path: Path, kind: str) -> None:
    first, second = keys.rotate(tmp_path), keys.rotate(tmp_path)
    (tmp_path / f"{first.public.kid}.{kind}").replace(tmp_path / f"{second.public.kid}.{kind}")
    with pytest.raises(keys.Unsafe, match="its name says"):
        keys.load(tmp_path)


@pytest.mark.parametrize("kid", ["../x", "a/b", "", "a.b"])
def test_a_key_id_is_never_a_path(tmp_path: Path, kid: str) -> None:
    with pytest.raises(ValueError, match="key id"):
        keys.distrust(tmp_path, kid)
