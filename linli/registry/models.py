"""Where Django looks for the registry's tables."""

from linli.registry.imports import Import, ImportRow
from linli.registry.people import Household, Person, Reading, Sealed, SpecialNeed
from linli.registry.places import Building, Community, Compound, Dwelling, Grid, Unit, Venue

__all__ = [
    "Building", "Community", "Compound", "Dwelling", "Grid", "Household", "Import", "ImportRow", "Person", "Reading",
    "Sealed", "SpecialNeed", "Unit", "Venue",
]  # fmt: skip
