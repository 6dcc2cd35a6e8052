"""The testing matter as a Django app."""

from django.apps import AppConfig


class TestingConfig(AppConfig):
    """Mass testing."""

    name = "linli.matters.testing"
    label = "testing"

    def ready(self) -> None:
        """Declare the loops, what screens show of them, and how a laboratory's file is kept."""
        from linli.matters.testing import boxes, effects, facts, loop, pool_facts, pools, results  # noqa: F401
        from linli.registry.kinds import register_kind

        register_kind("lab", apply=results.keep_results, answers=results.answers)
