"""A certificate at the desk: void and issue again, by whom, once, and told in the story of the case."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linli.desk.tests.test_screens import as_
from linli.matters.returns.models import Certificate
from linli.roster.models import User
from tests.flows.journey import begin
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Certificate:
    begin(make_town()).go("verify", "certify")
    return Certificate.objects.select_related("trip").get()


@pytest.fixture
def reception(paper: Certificate) -> User:
    return User.objects.get(username="xysj-reception")


def test_issuing_again_twice_opens_the_same_new_one_and_the_case_tells_both(
    paper: Certificate, reception: User
) -> None:
    client, url = as_(reception), reverse("desk-certificate-reissue", args=[paper.pk])
    answers = [client.post(url, {"reason": "车次更正"}) for _ in range(2)]
    fresh = Certificate.objects.get(replaces=paper)
    assert [a["Location"] for a in answers] == [reverse("desk-certificate", args=[fresh.pk])] * 2
    assert Certificate.objects.count() == 2
    old, new = (client.get(reverse("desk-certificate", args=[c.pk])).content.decode() for c in (paper, fresh))
    assert ("已由新证替代" in old, fresh.number in old, "作废并重开" in old) == (True, True, False)
    assert (paper.number in new, "作废并重开" in new) == (True, True)
    story = client.get(reverse("desk-case", args=[paper.trip.case_id])).context["events"]
    assert [line["note"] for line in story[:3]] == [
        f"接收证明 {fresh.number} 重开,替代 {paper.number}",
        f"接收证明 {paper.number} 作废",
        paper.number,
    ]


def test_without_a_reason_it_says_so_and_changes_nothing(paper: Certificate, reception: User) -> None:
    answer = as_(reception).post(
        reverse("desk-certificate-reissue", args=[paper.pk]), {"reason": " "}, follow=True
    )
    assert "请写明原因" in answer.content.decode()
    assert Certificate.objects.get().voided_at is None


def test_whoever_only_drives_reads_it_and_may_not_end_it(paper: Certificate) -> None:
    client = as_(User.objects.get(username="xysj-transport"))
    page = client.get(reverse("desk-certificate", args=[paper.pk])).content.decode()
    assert ("作废并重开" in page, "作废这份证明" in page) == (False, False)
    assert (
        client.post(reverse("desk-certificate-reissue", args=[paper.pk]), {"reason": "x"}).status_code == 403
    )
    assert Certificate.objects.get().voided_at is None


def test_the_story_tells_the_reason_of_a_step_and_never_its_reference(
    town_with_refusal: tuple[Town, str],
) -> None:
    town, url = town_with_refusal
    story = as_(town.reception).get(url).context["events"]
    assert (story[0]["what"], story[0]["note"]) == ("拒绝转运", "要自己打车")


@pytest.fixture
def town_with_refusal() -> tuple[Town, str]:
    town = make_town()
    journey = begin(town).go("verify", "certify", "refuse")
    return town, reverse("desk-case", args=[journey.case.id])
