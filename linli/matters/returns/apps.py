"""The returns matter as a Django app."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Returning residents."""

    name = "linli.matters.returns"
    label = "returns"

    def ready(self) -> None:
        """Declare the loop, and how pushed lists and timetables are kept."""
        from linli.matters.returns import calls, carry, effects, facts, intake, loop  # noqa: F401
        from linli.registry.kinds import register_kind

        register_kind("pushed", apply=intake.keep_pushed, answers=intake.list_answers)
        register_kind("trains", apply=intake.keep_trains, answers=intake.train_answers)
