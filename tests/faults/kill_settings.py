"""The settings of the house, and leave to call the test's own provider on this machine."""

from linli.site.settings import *  # noqa: F403

ALLOW_PRIVATE = "127.0.0.1"
