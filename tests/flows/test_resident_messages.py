"""The one door by which a resident or a shop is texted: their own link, to their own number, by whoever is on duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import local, now
from linli.loops.engine import Refused
from linli.loops.models import Destruction
from linli.matters.alerts import proposing
from linli.matters.alerts.tests.scene import take, wish
from linli.matters.isolation import forget, links
from linli.matters.isolation.models import HealthLink
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import person_of
from linli.matters.venues import applying
from linli.matters.venues.models import VenueLink
from linli.matters.venues.particulars import Particulars
from linli.notify import residents, secret
from linli.notify.models import SMS, Channel, ResidentMessage
from linli.registry.models import Venue
from tests.faults.notify_gateways import Reply, gateway
from tests.town import make_town

pytestmark = pytest.mark.django_db

GATEWAY = {
    "type": "json",
    "body": '{"to": "{phone}", "msg": "{text}", "id": "{key}"}',
    "success": '"code": ?0',
    "budget": 6,
}


def test_a_link_is_texted_to_its_person_once_and_neither_text_nor_number_is_kept(
    settings: object,
) -> None:
    settings.ALLOW_PRIVATE = "1"  # type: ignore[attr-defined]
    town = make_town()
    who = person_of(town, "叶知秋")
    since = now() - timedelta(days=2)
    case = open_for(who, "other_province", day_zero=since, actor=town.health, at=since, intent="open-1")
    url, page = (reverse(f"desk-health-link{more}", args=[case.id]) for more in ("-text", ""))
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(town.health)
    assert url not in client.get(page).content.decode(), "no channel, no button"
    with gateway(Reply(200, b'{"code": 0}')) as provider:
        channel = Channel.objects.create(
            community=town.community, kind=SMS, name="短信", config={**GATEWAY, "url": f"{provider.url}/send"}
        )
        secret.keep(channel, "s3cret")
        assert url in client.get(page).content.decode()
        for _ in range(2):  # the same button pressed twice is one message and one link
            shown = client.post(url, {"intent": "text-1"}, follow=True).content.decode()
        assert "短信已交给短信平台" in shown
        (received,) = provider.received
        assert received.json["to"] == town.facts["叶知秋"].phone
        said = received.json["msg"]
        token = said.partition("/h/")[2].partition(" ")[0]
        found = links.opened(token)
        assert found is not None
        assert found.case == case
        assert "叶知秋" not in said
        row = ResidentMessage.objects.get()
        assert (row.state, row.sent_by, row.purpose) == ("sent", town.health.shown_name, "health_link")
        kept = str(list(ResidentMessage.objects.values()))
        assert [word for word in (token, town.facts["叶知秋"].phone) if word in kept] == []
        client.post(url, {"intent": "text-2"})
        assert len(provider.received) == 1, "a minute between two"
        if local(now() + timedelta(minutes=31)).date() != local(now()).date():
            return  # what follows would spend the budgets of two days
        for n in range(4):
            at = now() + timedelta(minutes=2 * n + 2)
            intent = f"more-{n}"
            residents.text(who, lambda: "x", purpose="test", actor=town.health, at=at, intent=intent)
        states = list(ResidentMessage.objects.order_by("sent_at").values_list("state", flat=True))
        assert states == ["sent", "sent", "sent", "failed", "failed"], "half of the budget is the duty's"
        at = now() + timedelta(minutes=30)
        if (
            local(at).date() == local(now()).date()
        ):  # just before midnight the budget of the next day is untouched
            with pytest.raises(Refused, match="今天已"):
                residents.text(who, lambda: "x", purpose="test", actor=town.health, at=at, intent="more-9")
    assert HealthLink.objects.filter(revoked_at=None).count() == 1
    client.force_login(town.home_care)
    assert client.post(url, {"intent": "text-3"}).status_code == 403
    forget.forget(at=now() + timedelta(days=184))
    assert not ResidentMessage.objects.exists()
    assert Destruction.objects.get(of="message").count == 5


def test_a_shops_and_a_restricted_persons_link_go_to_the_number_of_the_register_once(
    settings: object,
) -> None:
    settings.ALLOW_PRIVATE = "1"  # type: ignore[attr-defined]
    town = make_town()
    said = {"name": "惠民便利店", "kind": "餐厅", "address": "A区底商1号", "manager": "于得水"}
    shop = Particulars(phone="13900047001", checker="于小满", hours=[["08:00", "22:00"]], **said)
    venue = applying.register(shop, community=town.community, actor=town.desk, at=now(), intent="shop").venue
    assert venue
    silent = Venue.objects.create(community=town.community, name="无电话", kind="餐厅", path=venue.path)
    told = wish(ends_at=now() + timedelta(days=3))
    case = proposing.propose(town.person["叶知秋"], told, actor=town.health, at=now())
    take(case, "confirm", town.approver, now(), looked=True)
    client = Client(headers={"accept-language": "zh-hans"})
    with gateway(Reply(200, b'{"code": 0}')) as provider:
        channel = Channel.objects.create(
            community=town.community, kind=SMS, name="短信", config={**GATEWAY, "url": f"{provider.url}/send"}
        )
        secret.keep(channel, "s3cret")
        for who, name, whose, number, mark in (
            (town.desk, "desk-venue-link", venue.pk, "13900047001", "/v/k/"),
            (town.health, "desk-restriction-link", case.pk, town.facts["叶知秋"].phone, "/m/"),
        ):
            client.force_login(who)
            page, url = reverse(name, args=[whose]), reverse(f"{name}-text", args=[whose])
            assert url in client.get(page).content.decode()
            for _ in range(2):
                shown = client.post(url, {"intent": f"text-{mark}"}, follow=True).content.decode()
            assert "短信已交给短信平台" in shown
            assert "data-copy" in client.post(page, {"do": "issue"}, follow=True).content.decode()
            received = provider.received[-1].json
            assert received["to"] == number
            assert mark in received["msg"] and "叶知秋" not in received["msg"]
        assert len(provider.received) == 2
        client.force_login(town.desk)
        answer = client.post(reverse("desk-venue-link-text", args=[silent.pk]), {"intent": "x"}, follow=True)
        assert "没有手机号" in answer.content.decode()
    assert len(provider.received) == 2
    rows = ResidentMessage.objects.order_by("sent_at").values_list("purpose", "venue", "state")
    assert list(rows) == [("shop_link", venue.pk, "sent"), ("restriction_link", None, "sent")]
    assert not VenueLink.objects.filter(venue=silent).exists(), "nothing sent, nothing given out"
    client.force_login(town.patrol)
    assert client.post(reverse("desk-venue-link-text", args=[venue.pk])).status_code == 403
