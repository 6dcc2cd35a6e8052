"""The one door by which a resident is texted: their own link, to their own number, by whoever is on duty, and noted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import local, now
from linli.loops.engine import Refused
from linli.loops.models import Destruction
from linli.matters.isolation import forget, links
from linli.matters.isolation.models import HealthLink
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import person_of
from linli.notify import residents, secret
from linli.notify.models import SMS, Channel, ResidentMessage
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
