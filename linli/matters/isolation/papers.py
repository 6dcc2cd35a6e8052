"""The two papers of an isolation: the notice at its beginning (告知书) and the note at its end (解除通知单)."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from linli.base.clock import local
from linli.codes.address import typed_code_of, url_of
from linli.codes.paper import Helper, NoticeFields, ReleaseFields, household_notice, release_note
from linli.codes.ring import check_url
from linli.codes.token import grouped
from linli.loops import rights
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.isolation.five_in_one import helpers_of, roles_of
from linli.matters.isolation.models import NoticeReceipt, ReleaseNote
from linli.matters.isolation.receipts import receipt_of, strokes_of
from linli.registry.announce import shown_numbers
from linli.registry.models import Community, Person

MEASURES = {"central": "集中隔离", "home": "居家隔离", "monitor": "居家健康监测"}
"""As papers say it; they are Chinese whatever the reader's language."""
SEXES = {"1": "男", "2": "女"}


ROLES = {
    "cadre": ("街道(镇)干部", "Street cadre"),
    "grid_worker": ("社工(网格员)", "Grid worker"),
    "medic": ("医务人员", "Medic"),
    "police": ("社区民警", "Police"),
    "volunteer": ("志愿者", "Volunteer"),
}
WAYS = {"page": "本人线上签收", "device": "当面电子签收", "paper": "纸质签收"}


def notice_pdf(case: Case, person: Person, *, at: datetime) -> bytes:
    """The 告知书 with all fields of annex 9-4; what nobody knows is a line to write on. Numbers stay masked."""
    community, pack = Community.objects.get(pk=case.community_id), pack_for(case.community_id, at)
    isolated = case.anchors["isolation_days"] > 0
    numbers, receipt = shown_numbers(person), receipt_of(case)
    home = person.household.dwelling if person.household else None
    return household_notice(
        NoticeFields(
            community=community.name,
            number=f"{community.slug.upper()}-{case.id.hex[-8:].upper()}",
            issued_at=at,
            name=person.name,
            sex=SEXES.get(person.sex, ""),
            phone=numbers.phone,
            identity=numbers.id_number,
            address=_address(person),
            employer=person.workplace,
            employer_contact="",
            employer_phone="",
            first_day=_day(case, "day_zero"),
            last_day=_day(case, "isolation_ends" if isolated else "monitor_ends"),
            rules=rules_of(case, pack),
            street_cadre="",
            street_cadre_phone="",
            grid_worker=_grid_worker(case, at),
            grid_worker_phone=community.phone,
            title="居家隔离医学观察告知书" if isolated else "居家健康监测告知书",
            helpers=_helpers(case, pack),
            signature=strokes_of(receipt) if receipt else (),
            signed=_signed(receipt) if receipt else "",
            door_url=url_of(home.pk) if home else "",
            door_code=typed_code_of(home.pk) if home else "",
        )
    )


def _helpers(case: Case, pack: Pack) -> tuple[Helper, ...]:
    """五包一; a role nobody is named for yet is a line to write on. None at all: the two contacts of the annex."""
    known = {h.role: h for h in helpers_of(case)}
    roles = [role for role in dict.fromkeys([*roles_of(pack), *known]) if role in ROLES]
    if not known:
        return ()
    return tuple(
        Helper(ROLES[role], known[role].name, known[role].phone) if role in known else Helper(ROLES[role])
        for role in roles
    )


def _signed(receipt: NoticeReceipt) -> str:
    """本人线上签收 2022-04-15 09:20 · 经办 温知暖."""
    when = f"{WAYS.get(receipt.how, '')} {local(receipt.signed_at):%Y-%m-%d %H:%M}"
    return f"{when} · 经办 {receipt.seen_by}" if receipt.seen_by else when


def rules_of(case: Case, pack: Pack) -> tuple[str, ...]:
    """The rules the household is told, as the pack words them."""
    return _rules(pack, isolated=case.anchors["isolation_days"] > 0)


def _rules(pack: Pack, *, isolated: bool) -> tuple[str, ...]:
    return tuple(pack.get("notice.isolation_rules" if isolated else "notice.monitor_rules", []))


def _grid_worker(case: Case, at: datetime) -> str:
    """Whoever is on duty for the grid now."""
    on_duty = rights.book().holders("grid_lead", community_id=case.community_id, scope=case.scope, at=at)
    return on_duty[0].shown_name if on_duty else ""


def release_pdf(note: ReleaseNote) -> bytes:
    """The 解除通知单, with a QR that the gate scans."""
    person, case, community = note.person, note.case, note.community
    first = "isolation_days" if case.anchors["isolation_days"] else "monitor_days"
    tested = f"{local(note.tested_at):%Y-%m-%d %H:%M} 采样 阴性" if note.tested_at else "政策不要求"
    page = f"{settings.PUBLIC_URL}/c/"
    return release_note(
        ReleaseFields(
            community=community.name,
            street=community.street,
            number=note.number,
            issued_at=note.issued_at,
            name=person.name,
            identity=shown_numbers(person).id_number,
            address=_address(person),
            measure=MEASURES.get(case.anchors["measure"] if first == "isolation_days" else "monitor", "隔离"),
            first_day=_day(case, "day_zero"),
            last_day=_day(case, "monitor_ends"),
            last_test=tested,
            handler=note.issued_by,
            phone=community.phone,
            check_url=check_url(note.token, note.statement),
            check_page=page.removeprefix("https://").removeprefix("http://"),
            short_code=grouped(note.short_code),
        )
    )


def _address(person: Person) -> str:
    return str(person.household.dwelling) if person.household else ""


def _day(case: Case, anchor: str) -> date:
    return local(datetime.fromisoformat(case.anchors[anchor])).date()
