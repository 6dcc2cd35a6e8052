"""The store of scans, empty."""

from linli.scans.tests.conftest import store  # noqa: F401
