"""Scope paths: where in the tree of places a record lies, and whether one place holds another."""


def path(*segments: str) -> str:
    """`path("xysj", "a", "g1")` → `xysj/a/g1/`. Segments are lower-case slugs or numbers.

    Raises ValueError on an empty segment or one with a slash: such a path would reach too far.
    """
    if any(not s or "/" in s for s in segments):
        raise ValueError(f"not a scope path: {segments!r}")
    return "".join(s + "/" for s in segments)


def covers(outer: str, inner: str) -> bool:
    """Whether `inner` lies in `outer` (or is it). The empty path covers nothing: a missing scope is no licence."""
    return bool(outer) and inner.startswith(outer)


def after_prefix(prefix: str) -> str:
    """The smallest string greater than every string that begins with `prefix` (for index ranges)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
