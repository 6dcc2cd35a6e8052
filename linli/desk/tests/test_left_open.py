"""What an import left open stands with the person, leads to its row, and is gone when a corrected file came."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from linli.desk.tests.test_screens import as_
from linli.registry.imports import ImportRow
from linli.registry.models import Person
from linli.registry.tests.office import brought_in, number_of, register, resident
from tests.town import make_town, minutes

pytestmark = pytest.mark.django_db

ONE = number_of(0)
SWAPPED = ONE[:8] + ONE[9] + ONE[8] + ONE[10:]


def test_a_person_shows_the_open_question_and_the_way_to_its_row(settings: Any) -> None:
    town = make_town()
    town.community.is_drill = True
    town.community.save()
    settings.DRILL_WITHOUT_SECOND_FACTOR = True
    made = brought_in(town.community, register([resident("高山", number=SWAPPED, compound="香阅四季A区")]))
    who, row = Person.objects.get(name="高山"), ImportRow.objects.get(asks=True)
    url = reverse("desk-person", args=[who.pk])
    page = as_(town.director).get(url).content.decode()
    assert "证件号码待核实" in page
    assert f"#row-{row.pk}" in page
    assert SWAPPED not in page
    of_import = as_(town.director).get(reverse("desk-import-page", args=[made.pk])).content.decode()
    assert f'id="row-{row.pk}"' in of_import
    assert url in of_import
    seen_by_reception = as_(town.reception).get(url).content.decode()
    assert ("证件号码待核实" in seen_by_reception, f"#row-{row.pk}" in seen_by_reception) == (True, False)
    brought_in(
        town.community, register([resident("高山", number=ONE, compound="香阅四季A区")]), at=minutes(2)
    )
    assert "待核实" not in as_(town.director).get(url).content.decode()
