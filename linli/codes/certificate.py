"""The reception certificate (接收证明): what a police officer at a checkpoint reads at a glance, on one page of A4."""

import re
from dataclasses import dataclass
from datetime import datetime

from linli.base.clock import local
from linli.codes import fonts, letter
from linli.codes.letter import Mark, moment, short_moment
from linli.codes.page import LEFT, RIGHT, Page

_IN_CLEAR = re.compile(r"\d{15}|\d{17}[\dXx]")
_MOST_TRAVELLERS = 8
_REFUSED: dict[Mark | None, tuple[str, str]] = {
    "void": ("已作废,不作凭证", "Void: this paper gives no right to pass."),
    "specimen": ("样张,不作凭证", "Specimen: this paper gives no right to pass."),
}
"""What a marked paper says instead of its request."""
_GAP = 6.0
_HALF = (RIGHT - LEFT - _GAP) / 2
_SECOND = LEFT + _HALF + _GAP


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """A person on a certificate: the name in clear, identity number and phone masked (linli.base.masks)."""

    name: str
    identity: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place on the way; `onward` is what carries the travellers from here on: G683, 晋D·12345 专车."""

    place: str
    at: datetime | None = None
    onward: str = ""


@dataclass(frozen=True, kw_only=True)
class CertificateFields:
    """What a reception certificate says: who, when, where to, by which way, and who agreed.

    Times are aware. `request` and `request_english` are what is asked of the reader; `measure` is the agreed
    measure in the words of the pack; `destination` is as precise as the office wants strangers to know (compound
    and building). `check_url` is the whole content of the QR (linli.codes.sign.check_url), `check_page` the
    address that a person types, `short_code` the code as printed. An empty text leaves a line to write on.
    """

    issuer: str
    street: str
    number: str
    issued_at: datetime
    valid_until: datetime
    travellers: tuple[Traveller, ...]
    route: tuple[Stop, ...]
    transport: str
    arrives_at: datetime | None
    history: str
    destination: str
    measure: str
    handler: str
    handler_phone: str
    check_url: str
    check_page: str
    short_code: str
    plate: str = ""
    driver: str = ""
    driver_phone: str = ""
    request: str = "请查验后放行"
    request_english: str = "Please check and let pass: closed-loop transfer to the home community."
    mark: Mark | None = None


def reception_certificate(paper: CertificateFields) -> bytes:
    """The certificate as PDF; the same bytes for the same fields.

    Raises ValueError if an identity number is not masked, for no or more than 8 travellers, fewer than 2 or more
    than 5 stops, or a `check_url` too long for a QR of version 15.
    """
    _refuse(paper)
    page = Page(at=paper.issued_at, title=f"接收证明 {paper.number}", author=paper.issuer)
    letter.begin(
        page,
        title="接收证明",
        english="Reception Certificate",
        issuer=paper.issuer,
        number=paper.number,
        mark=paper.mark,
    )
    _request(page, paper)
    _travellers(page, paper.travellers)
    _route(page, paper.route)
    _details(page, paper)
    _check(page, paper)
    _approval(page, paper)
    return letter.end(page, number=paper.number, issued_at=paper.issued_at, purpose="仅供本次返程查验")


def unprintable(paper: CertificateFields) -> list[str]:
    """Characters of the certificate that no font has: printed as boxes with their number; tell the issuer."""
    said = [value for value in vars(paper).values() if isinstance(value, str)]
    said += [person.name for person in paper.travellers]
    said += [stop.place + stop.onward for stop in paper.route]
    return fonts.missing("".join(said))


def _refuse(paper: CertificateFields) -> None:
    if any(_IN_CLEAR.search(person.identity) for person in paper.travellers):
        raise ValueError("an identity number on a certificate is masked")
    if not 1 <= len(paper.travellers) <= _MOST_TRAVELLERS:
        raise ValueError(f"a certificate names 1 to {_MOST_TRAVELLERS} travellers")
    if not 2 <= len(paper.route) <= 5:
        raise ValueError("a route has 2 to 5 stops")


def _request(page: Page, paper: CertificateFields) -> None:
    """The two things that decide at a barrier: what is asked, and until when."""
    page.frame(LEFT, 50, RIGHT - LEFT, 27, thick=0.7)
    request, english = _REFUSED.get(paper.mark, (paper.request, paper.request_english))
    page.fitted(LEFT + 6, 64.5, request, 92, most=32, least=18, bold=True, rows=1)
    page.fitted(LEFT + 6, 71.5, english, 94, most=8.5, least=7, gray=0.3, down=True)
    page.rule(LEFT + 104, 54, LEFT + 104, 73, gray=0.5)
    page.label(LEFT + 109, 57.5, "有效期至", "Valid until")
    page.fitted(LEFT + 109, 67.5, short_moment(paper.valid_until), 61, most=24, least=18, bold=True, rows=1)
    until = local(paper.valid_until)
    page.text(LEFT + 109, 73, f"{until.year}年 {letter.weekday(until)}", 9.5, gray=0.2)


def _travellers(page: Page, people: tuple[Traveller, ...]) -> None:
    page.label(LEFT, 84.5, f"持证人 共 {len(people)} 人", f"Travellers: {len(people)}")
    columns = 1 if len(people) <= 3 else 2
    rows = -(-len(people) // columns)
    high = 36.0 if rows == 1 else 42 / rows
    for index, person in enumerate(people):
        column, row = divmod(index, rows)
        x, room = (LEFT, RIGHT - LEFT) if columns == 1 else (LEFT + column * (_HALF + _GAP), _HALF)
        _traveller(page, x, 87 + row * high, person, room=room, high=high)


def _traveller(page: Page, x: float, y: float, person: Traveller, *, room: float, high: float) -> None:
    wide = room > _HALF
    most, share = (min(48.0, high * 1.6), 0.64) if wide else (min(20.0, high * 1.5), 0.54)
    small = min(14.0, high * 0.8) if wide else 9.0
    base = y + high * 0.62
    page.fitted(x, base, person.name, room * share, most=most, least=most * 0.5, bold=True)
    page.text(x + room, base - (small * 0.2 if person.phone else 0), person.identity, small, align="right")
    page.text(x + room, base + small * 0.2, person.phone, small * 0.75, gray=0.25, align="right")
    page.rule(x, y + high - 1.5, x + room, y + high - 1.5, thick=0.12, gray=0.6)


def _route(page: Page, stops: tuple[Stop, ...]) -> None:
    """The custody line as far as it is known in advance: a knot for every change of hands."""
    page.label(LEFT, 134.5, "返回路线", "Route")
    step = (RIGHT - LEFT - 40) / (len(stops) - 1)
    page.rule(LEFT + 20, 146, RIGHT - 20, 146, thick=0.6)
    for index, stop in enumerate(stops):
        x, last = LEFT + 20 + index * step, index == len(stops) - 1
        page.knot(x, 146, filled=last)
        when = short_moment(stop.at) if stop.at is not None else ""
        page.text(x, 140.8, when, 8.5, gray=0.2, align="center")
        page.fitted(
            x, 152, stop.place, min(step - 3, 46), most=10.5, least=9, bold=True, align="center", down=True
        )
        if not last:
            _leg(page, x + step / 2, stop.onward, step - 6)


def _leg(page: Page, x: float, onward: str, room: float) -> None:
    page.fitted(x, 144.8, onward, room, most=8.5, least=6, gray=0.2, rows=1, align="center")


def _details(page: Page, paper: CertificateFields) -> None:
    arrives = moment(paper.arrives_at) if paper.arrives_at is not None else ""
    driver, handler = f"{paper.driver}  {paper.driver_phone}", f"{paper.handler}  {paper.handler_phone}"
    grid = (
        (("接返车辆", "Vehicle"), paper.plate, ("驾驶员", "Driver"), driver),
        (("车次或航班", "Train or flight"), paper.transport, ("计划到达", "Planned arrival"), arrives),
        (("返回地点", "Destination"), paper.destination, ("旅居史", "Places before"), paper.history),
        (("接收措施", "Agreed measure"), paper.measure, ("经办人", "Handled by"), handler),
    )
    for row, (label, value, second_label, second) in enumerate(grid):
        y = 165.5 + row * 15.8
        page.field(LEFT, y, _HALF, label, value, size=15 if row == 0 else 11.5, bold=row == 0)
        page.field(_SECOND, y, _HALF, second_label, second.strip(), size=11.5)


def _check(page: Page, paper: CertificateFields) -> None:
    page.rule(LEFT, 228.5, RIGHT, 228.5, thick=0.2, gray=0.5)
    wide = page.qr(LEFT - 2.4, 232, paper.check_url, across=46)
    x = LEFT - 2.4 + wide + 2.5
    page.text(x, 237.5, "查验", 11, bold=True)
    page.text(x + 10, 237.5, "How to check", 8, gray=0.3)
    page.text(x, 246, paper.short_code, 17, bold=True)
    steps = (
        ("扫码,看网页显示有效或作废。", "Scan: the page says valid or void."),
        (f"或在 {paper.check_page} 输入编码。", "Or type the code there."),
        ("无网络:用公布的公钥验证二维码签名。", "Offline: verify with the public key."),
        (f"电话核实:{paper.handler_phone}", ""),
    )
    y = 252.0
    for chinese, english in steps:
        y = page.paragraph(x, y, chinese, 60, 8)
        y = page.paragraph(x, y, english, 56, 6.5, gray=0.35) + 0.8


def _approval(page: Page, paper: CertificateFields) -> None:
    """Street approval to sign, and the committee's name and date with the place of its seal over them."""
    page.signature_line(118, 237.5, RIGHT - 118, "街道审批")
    page.fitted(RIGHT, 242.4, paper.street, RIGHT - 118, most=8, least=6.5, gray=0.35, rows=1, align="right")
    page.stamp_place(166, 264.5)
    page.fitted(166, 264, paper.issuer, 46, most=9.5, least=9, align="center")
    page.text(166, 270, letter.day(local(paper.issued_at)), 10, align="center")
