"""A venue as it is told, a hand register as it is typed in: at the door and at the desk, every fault beside its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL, local
from linli.base.ids import uuid7
from linli.codes.hand_register import ROWS
from linli.loops.pack import Pack
from linli.matters.venues.particulars import Particulars, classes, hours_words
from linli.matters.venues.visits import COLOURS, Row, no_heads, no_phone, row_id
from linli.registry.intake import Action
from linli.registry.intake.hours import opening
from linli.registry.intake.phones import phones
from linli.scans.kept import DAYS, begin, first_kept

AHEAD = timedelta(minutes=5)
"""A time on paper so far ahead of the house's clock is a slip of the pen."""

A_DAY, A_YEAR = timedelta(days=1), timedelta(days=366)
"""A register older than a year, where the pack deletes nothing, is a slip of the pen."""

_CLOCK = re.compile(r"(\d{1,2})[:.时]?(\d{2})分?")


def worded(form: forms.Form) -> None:
    """Labels, hints and the sentence for an empty field, in the reader's language."""
    for field in form.fields.values():
        field.label = _(str(field.label)) if field.label else field.label
        field.help_text = _(str(field.help_text)) if field.help_text else ""
        field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}
        field.widget.attrs.setdefault("autocomplete", "off")


class VenueForm(forms.Form):
    """A venue's particulars as the community tells them. `intent` makes the same form sent twice one act."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=N_("场所名称"), max_length=60, help_text=N_("照门头上的写"))
    kind = forms.ChoiceField(label=N_("类别"))
    address = forms.CharField(label=N_("地址"), max_length=120, help_text=N_("例如 迎春苑底商1号"))
    hours = forms.CharField(label=N_("营业时间"), max_length=60, help_text=N_("例如 08:00-22:00"))
    manager = forms.CharField(label=N_("负责人"), max_length=50)
    phone = forms.CharField(
        label=N_("电话"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    checker = forms.CharField(
        label=N_("谁在门口核验"), max_length=50, help_text=N_("名字会印在海报上;就是负责人的,再写一遍")
    )

    def __init__(self, data: Any = None, *, pack: Pack, known: Particulars | None = None) -> None:
        start: dict[str, Any] = {"intent": f"venue-{uuid7()}"}
        if known:
            start |= vars(known) | {"hours": hours_words(known.hours)}
        super().__init__(data, initial=start)
        kinds = classes(pack)
        more = [known.kind] if known and known.kind and known.kind not in kinds else []
        self.fields["kind"].choices = [("", "—"), *((kind, kind) for kind in (*more, *kinds))]  # type: ignore[attr-defined]
        worded(self)

    def clean_hours(self) -> list[list[str]]:
        """One span or several, however they are written."""
        cell = opening(self.cleaned_data["hours"].replace("–", "-"))
        spans = [span.split("-", 1) for span in cell.value.split("、") if re.match(r"\d\d:\d\d-", span)]
        if not spans or any(defect.action is Action.REVIEW for defect in cell.defects):
            raise forms.ValidationError(_("营业时间没看懂,请写成 08:00-22:00 这样"))
        return spans

    def clean_phone(self) -> str:
        """One number that can be rung."""
        said: str = self.cleaned_data["phone"]
        if not said:
            return ""
        cell = phones()(said)
        if not cell.value or any(defect.action is Action.REVIEW for defect in cell.defects):
            raise forms.ValidationError(_("电话不对,请再看一遍"))
        return cell.value.split("、")[0]

    def told(self) -> Particulars:
        """What was said. The form is valid."""
        said = self.cleaned_data
        keys = ("name", "kind", "address", "manager", "checker", "hours", "phone")
        return Particulars(**{key: said[key] for key in keys})


class ChangeForm(VenueForm):
    """The same for a venue that is known: its telephone is not shown and stays when it is left empty."""

    def __init__(self, data: Any = None, *, pack: Pack, known: Particulars | None = None) -> None:
        super().__init__(data, pack=pack, known=known)
        self.fields["phone"].required = False
        self.fields["phone"].help_text = _("不改就留空")


class ApplyForm(VenueForm):
    """The shop's own face, with its promise."""

    promise = forms.BooleanField(
        label=N_("我承诺:海报贴在入口,有人核验,逢人必扫;异常码不放行、马上报告;没带手机的也登记"),
        error_messages={"required": N_("须承诺后才能申请")},
    )

    def __init__(self, data: Any = None, *, pack: Pack, known: Particulars | None = None) -> None:
        super().__init__(data, pack=pack, known=known)
        self.fields["promise"].error_messages["required"] = _("须承诺后才能申请")
        self.fields["phone"].help_text = _("社区会打这个电话核实")


class RowForm(forms.Form):
    """One row of a hand register. Left as it was it says nothing; a number or heads make it a row."""

    phone = forms.CharField(
        label=N_("手机号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "size": 13}),
    )
    heads = forms.IntegerField(
        label=N_("人数"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 2})
    )
    colour = forms.ChoiceField(label=N_("码色"), required=False)

    def __init__(self, data: Any = None, *, number: int) -> None:
        super().__init__(data, prefix=f"r{number}", empty_permitted=True, use_required_attribute=False)
        self.number = number
        self.fields["colour"].choices = [(key, _(word)) for key, word in COLOURS]  # type: ignore[attr-defined]
        worded(self)

    def clean_phone(self) -> str:
        """A number by which somebody is found again, or none."""
        said: str = self.cleaned_data["phone"]
        if fault := no_phone(said):
            raise forms.ValidationError(fault)
        return said

    def clean(self) -> dict[str, Any]:
        """Without a number the heads must be said."""
        said = self.cleaned_data
        if "phone" in said and "heads" in said:
            heads = said["heads"]
            if heads is None and not said["phone"]:
                self.add_error("heads", _("没有手机号的,写几个人"))
            elif heads is not None and (fault := no_heads(heads)):
                self.add_error("heads", fault)
        return said

    def row(self, at: datetime, *parts: object, made_at: datetime | None = None) -> Row:
        """The row at a moment; `made_at` is when its id was made, where that was earlier. The form is valid."""
        said = self.cleaned_data
        return Row(
            id=row_id(made_at or at, *parts, self.number),
            at=at,
            phone=said["phone"],
            heads=said["heads"] or 1,
            colour=said["colour"],
        )


class PaperRowForm(RowForm):
    """A row with the time that stands on the paper."""

    time = forms.CharField(
        label=N_("时间"), required=False, max_length=8, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    field_order = ("time", "phone", "heads", "colour")

    def clean_time(self) -> hour:
        """19:30, 1930 or 19.30, as it was written."""
        said = unicodedata.normalize("NFKC", self.cleaned_data["time"]).replace(" ", "")
        found = _CLOCK.fullmatch(said)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise forms.ValidationError(_("请写成 19:30 这样"))
        return hour(int(found[1]), int(found[2]))

    def paper_row(self, day: date, at: datetime, *parts: object) -> Row | None:
        """The row; None where its time is still to come (said beside it). What it says is part of its id."""
        said = self.cleaned_data
        moment = datetime.combine(day, said["time"], LOCAL)
        if moment > at + AHEAD:
            self.add_error("time", _("时间不能晚于现在"))
            return None
        written = (said["phone"], said["heads"] or 1, said["colour"])
        return self.row(moment, *parts, *written)


class SheetForm(forms.Form):
    """The head of a hand register: the day and the page."""

    day = forms.DateField(
        label=N_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    page = forms.IntegerField(
        label=N_("第几页"), min_value=1, max_value=999, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, data: Any = None, *, at: datetime, pack: Pack) -> None:
        super().__init__(data, initial={"day": local(at).date(), "page": 1})
        self.today, self.days = local(at).date(), pack.get(DAYS, 0)
        self.first = first_kept(pack, at) or self.today - A_YEAR
        worded(self)

    @property
    def since(self) -> datetime:
        """The first moment whose scans are still kept."""
        return begin(self.first)

    def clean_day(self) -> date:
        """Not to come, and not of a day whose scans are deleted already."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("日期不能晚于今天"))
        if day < self.first and self.days:
            says = _("扫码记录保存 %(days)d 天,%(first)s 以前的已经销毁,不再录入")
            raise forms.ValidationError(says % {"days": self.days, "first": self.first.isoformat()})
        if day < self.first:
            raise forms.ValidationError(_("日期太早,请再看一遍"))
        return day


class Register:
    """The rows of one hand register with what was typed in; only those somebody wrote in count."""

    def __init__(self, kind: type[RowForm], data: Any = None, *, rows: int = ROWS) -> None:
        self.forms = [kind(data, number=n) for n in range(1, rows + 1)]
        self.bound = data is not None

    @property
    def written(self) -> list[RowForm]:
        """Rows in which something stands."""
        return [form for form in self.forms if self.bound and form.has_changed()]

    def good(self) -> Iterator[RowForm]:
        """Those that can be kept."""
        return (form for form in self.written if form.is_valid())

    @property
    def faults(self) -> list[dict[str, str]]:
        """Every fault of every row, with the cell it belongs to."""
        return [
            {
                "url": f"#{field.id_for_label}",
                "text": f"{_('第 %(n)d 行') % {'n': form.number}} {field.label}: {says}",
            }
            for form in self.written
            for field in form
            for says in field.errors
        ]


def sent_intent(said: str) -> UUID:
    """The id a form was given; a new one where it has none that can be."""
    try:
        return UUID(said)
    except ValueError:
        return uuid7()


def opened_at(intent: UUID, at: datetime) -> datetime:
    """When a form was opened, as its id (UUIDv7) tells: the same however often it is sent."""
    moment = datetime.fromtimestamp((intent.int >> 80) / 1000, UTC) if intent.version == 7 else at
    return moment if at - A_DAY <= moment <= at + AHEAD else at


def kept(rows: Iterable[Row | None]) -> list[Row]:
    """Without those that cannot be."""
    return [row for row in rows if row is not None]
