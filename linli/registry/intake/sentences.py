"""Every defect as a sentence for the person at the desk: what is wrong, and what to do next."""

from collections.abc import Mapping
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Told(Protocol):
    """What a sentence may mention."""

    @property
    def field(self) -> str: ...
    @property
    def written(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def suggested(self) -> str: ...
    @property
    def other(self) -> int: ...
    @property
    def other_sheet(self) -> str: ...


FIELDS: dict[str, str | Promise] = {
    "(row)": _("整行"),
    "address": _("地址"),
    "availability": _("可服务时间"),
    "batch": _("下发批次"),
    "building": _("楼栋"),
    "companions": _("同行人员"),
    "compound": _("小区"),
    "destination": _("目的地"),
    "doses": _("剂次"),
    "driver": _("司机"),
    "eta": _("预计到达时间"),
    "expected": _("预计/实际到达"),
    "groups": _("特殊人群"),
    "head": _("户主"),
    "hours": _("营业时间"),
    "id_no": _("证件号码"),
    "id_type": _("证件类型"),
    "lab": _("检测单位"),
    "last_dose": _("末针日期"),
    "manager": _("负责人"),
    "name": _("姓名/名称"),
    "no": _("序号"),
    "note": _("备注"),
    "old_no": _("旧系统编号"),
    "origin": _("出发地"),
    "phone": _("联系电话"),
    "plate": _("车牌号"),
    "published": _("发布时间"),
    "relation": _("与户主关系"),
    "result": _("检测结果"),
    "roles": _("岗位"),
    "room": _("房号"),
    "scheduled": _("图定到达"),
    "seats": _("座位数"),
    "service": _("车次/航班"),
    "sex": _("性别"),
    "shift": _("值班时间"),
    "smartphone": _("有无智能手机"),
    "station": _("车站"),
    "status": _("状态"),
    "tenure": _("居住性质"),
    "tested_at": _("检测时间"),
    "training": _("是否培训"),
    "tube": _("试管编号"),
    "type": _("场所类型"),
    "unit": _("单元"),
    "vehicle": _("车辆"),
    "workplace": _("工作单位"),
}
"""Every field of `Row.values` as people call it."""

TITLES: dict[str, str | Promise] = {
    "lab": _("核酸结果"),
    "pushed": _("下发返乡名单"),
    "register": _("居民台账"),
    "trains": _("到站时刻"),
    "vehicles": _("车辆表"),
    "venues": _("场所清单"),
    "volunteers": _("志愿者名单"),
}
"""Every kind of file as people call it."""

KINDS: dict[str, str | Promise] = {
    "already_past": _("名单下发时这趟车已经到达（%(written)s）。请核实是否有人接到、人现在在哪里。"),
    "availability_vague": _("“%(written)s”看不出具体时间。请问本人，再选星期和钟点。"),
    "barcode_lost_zero": _("试管编号少了开头的 0，已补成 %(value)s。"),
    "barcode_scientific": _(
        "试管编号被表格写成了 %(written)s，无法对应试管，这条结果未使用。请向实验室要文本格式的编号。"
    ),
    "cancelled": _("这行取消了第 %(other)s 行的行程。请通知已接单的人。"),
    "cancelled_by_later_row": _("这趟行程被第 %(other)s 行取消，不再安排接站。"),
    "changed_without_word": _(
        "同一个人在第 %(other)s 行已登记另一趟行程，但没写“更正”。请打电话问清以哪一行为准。"
    ),
    "companion_also_listed": _("同行人在第 %(other)s 行也单独列出，两行算一组，人数不重复计。"),
    "conflicting": _("同一试管在第 %(other)s 行是另一种结果。请立即向实验室核对，核对前不要采用任何一个。"),
    "conflicting_original": _(
        "同一试管在第 %(other)s 行是另一种结果。请立即向实验室核对，核对前不要采用任何一个。"
    ),
    "corrected": _("这行更正第 %(other)s 行，以这行为准。"),
    "corrected_by_later_row": _("这行已被第 %(other)s 行更正，不再使用。"),
    "date_impossible": _("日历上没有 %(written)s 这一天。请查接种记录后改正。"),
    "date_out_of_range": _("%(written)s 早于或晚于可能的日期。请查接种记录后改正。"),
    "date_year_typo": _("%(written)s 的年份像是打错了。请核对；可能是 %(suggested)s。"),
    "destination_compound_missing": _("“%(written)s”没有写小区。%(found)s"),
    "destination_missing": _("没有目的地。请打电话问清楼栋、单元和房号。"),
    "compound_unknown": _("本社区还没有叫“%(written)s”的小区。是新小区就采用,写错了请改成对的小区名。"),
    "destination_no_such_unit": _("台账里没有“%(written)s”这套房。请打电话问清地址。%(hint)s"),
    "destination_room_missing": _("“%(written)s”没有写全单元和房号。%(found)s"),
    "destination_typo": _("“%(written)s”的小区名像是写错了一个字。%(found)s"),
    "doses_unknown": _("“%(written)s”看不出打了几针。请改成数字。"),
    "driver_not_a_volunteer": _("司机 %(written)s 不在志愿者名单里。请先登记为志愿者，或换一名司机。"),
    "eta_missing": _("没有到达时间。请打电话问清车次和时间。"),
    "eta_time_missing": _("只写了日期 %(written)s，没有钟点。%(found)s"),
    "eta_wrong_day": _(
        "%(written)s 早于名单下发或前一行，凌晨到达常被写成前一天。请核对，可能是 %(suggested)s。"
    ),
    "expected_time_only": _("“%(written)s”只有钟点，已按图定日期补成 %(value)s。"),
    "head_blank": _("这一户没有写户主，已按关系填为 %(value)s。"),
    "head_unknown": _("这一户没有写户主，成员里也没有标“户主”的人。请指定户主。"),
    "hours_missing": _("没有营业时间。请问店主后补上。"),
    "id_copied_from_row_above": _(
        "证件号码与第 %(other)s 行的人相同，像是从上一行拖下来的。请向本人核对号码。"
    ),
    "id_float": _("证件号码被表格存成数字，最后三位已经丢失，未导入号码。请向本人重新登记。"),
    "id_junk_30_digits": _("“%(written)s”不是证件号码，未导入号码。请向本人重新登记。"),
    "id_lower_x": _("证件号码末位已改为大写 X。"),
    "id_missing": _("没有证件号码。请补上；没有证件的请把类型填“无”并写明原因。"),
    "id_missing_check_digit": _("证件号码只有 17 位，少哪一位无法判断。请向本人核对，不要猜。"),
    "id_old_15_digits": _("15 位旧号码已按国家标准换成 18 位：%(value)s。"),
    "id_scientific_text": _("证件号码变成了 %(written)s，数字已经丢失，未导入号码。请向本人重新登记。"),
    "id_transposed": _("证件号码的校验位不对，可能有两位写反了。请向本人核对，不要猜。"),
    "id_type_missing": _("没写证件类型，已按号码填为%(value)s。"),
    "id_type_wrong": _("证件类型写的是“%(written)s”，已按号码改为%(value)s。"),
    "id_unreadable": _("“%(written)s”不像任何证件号码。请核对。"),
    "id_used_twice": _("这个证件号码在第 %(other)s 行是另一个人的。请核对两个人的号码。"),
    "id_wrong_digit": _("证件号码的校验位不对，有数字写错。请向本人核对，不要猜。"),
    "id_wrong_length": _("证件号码“%(written)s”的位数不对。请向本人核对。"),
    "listed_twice": _("与第 %(other)s 行是同一条记录，只保留一条。"),
    "married_in": _("这个人在第 %(other)s 行已登记在另一户，算同一个人。"),
    "name_differs_from_ledger": _("证件号码在台账里是“%(suggested)s”，这里写“%(written)s”。请核对姓名。"),
    "name_emoji": _("姓名里有表情符号。请核对，可能是“%(suggested)s”。"),
    "name_markup": _("姓名里有网页代码，已按普通文字保存，不会执行。请改成“%(suggested)s”。"),
    "name_missing": _("没有姓名。请补上。"),
    "newborn_without_id": _("新生儿还没有证件号码，可以先登记，上户后补。"),
    "not_of_this_community": _("“%(written)s”不在本社区。请退回或转给所在社区，并留下回执。"),
    "out_of_order": _("这条发布得比前面的早，按发布时间排序。"),
    "person_deceased": _("备注说此人已去世：“%(written)s”。请核实后注销，不要再通知。"),
    "phone_too_long": _("“%(written)s”里有位数过多的号码，未导入该号码。请重新登记。"),
    "phone_too_short": _("“%(written)s”里有不足 11 位的号码，未导入该号码。请重新登记。"),
    "phone_with_owner": _("“%(written)s”：已取出号码 %(value)s，旁边写的是机主。"),
    "positive_pool": _("阳性！请立即按预案报告，并通知同管的人。"),
    "repeated": _("与第 %(other)s 行重复，只算一次。"),
    "result_unknown": _("看不懂的检测结果“%(written)s”。请向实验室核对，核对前按未出结果处理。"),
    "roles_unknown": _("“%(written)s”里有不认识的岗位。请从岗位表中选择。"),
    "same_household_twice": _("同一户里第 %(other)s 行已有此人，只保留一条。"),
    "sample_invalid": _("标本不合格。请通知这管的人重新采样。"),
    "sex_contradicts_id": _("性别写“%(written)s”，证件号码显示“%(suggested)s”。请核对哪一个错了。"),
    "sex_formula": _("性别是没有结果的公式，已按证件号码填写。"),
    "sex_missing": _("没写性别，已按证件号码填为%(value)s。"),
    "suspect": _("结果可疑，等待复检。请按预案先做好准备。"),
    "tested_before_sampled": _("检测时间 %(written)s 早于采样时间 %(suggested)s。请向实验室核对。"),
    "twice_with_damaged_id": _("像是第 %(other)s 行的同一个人，但证件号码已损坏。请看过两行再决定是否合并。"),
    "two_compounds": _("这个人在第 %(other)s 行已登记另一处住房，算同一个人。"),
    "type_unknown": _("“%(written)s”不在 39 类场所中。请从目录选择。"),
    "under_age": _("志愿者未满 18 岁（%(written)s 岁）。请另行安排，不要派上岗。"),
    "unknown_tube": _("采样登记里没有试管 %(written)s。请向采样点和实验室核对。"),
    "vehicle_without_plate": _("“%(written)s”没有写车牌。请补上车牌和座位数，否则不能派车。"),
}
SHAPES: dict[str, str | Promise] = {
    "cell": _("%(field)s是日期格式的单元格，已读作 %(value)s。"),
    "emoji": _("%(field)s里有表情符号。请核对，可能是“%(suggested)s”。"),
    "original": _("第 %(other)s 行是同一条记录，以这行为准。"),
    "by_later_row": _("第 %(other)s 行重复了这行，只算一次。"),
    "formula": _("%(field)s是公式，已按普通文字保存，不会计算。"),
    "hyperlink_formula": _("%(field)s是会把数据发到外网的公式，已按普通文字保存，不会执行。请查清来源。"),
    "at_sum": _("%(field)s以 @ 开头，导出时会按文字处理，不会变成公式。"),
    "minus": _("%(field)s以减号开头，导出时会按文字处理，不会变成公式。"),
    "markup": _("%(field)s里有网页代码，已按普通文字保存，不会执行。"),
    "line_breaks": _("%(field)s里有换行，已原样保存。"),
    "long": _("%(field)s很长，已原样保存。请考虑写得短些。"),
    "unknown": _("%(field)s里的“%(written)s”不在词表中。请从列表选择。"),
    "without_area_code": _("%(field)s“%(written)s”像是缺区号的座机。请补上区号。"),
    "unusual": _("%(field)s写的是“%(written)s”，不是数字，原样保留。"),
    "unreadable": _("%(field)s“%(written)s”读不懂。请改正。"),
    "impossible": _("%(field)s“%(written)s”不存在。请改正。"),
    "time_missing": _("%(field)s“%(written)s”没有钟点。请补上。"),
    "time_only": _("%(field)s“%(written)s”没有日期。请补上。"),
    "night_word": _("%(field)s“%(written)s”不知是前一夜还是后一夜。请核对，可能是 %(suggested)s。"),
    "word_for_none": _("%(field)s写的是“%(written)s”，按空白处理。"),
    "number_cell": _("%(field)s是数字格式的单元格，已读作文字 %(value)s。"),
    "with_remark": _("%(field)s里夹着说明“%(written)s”，已取出 %(value)s。"),
    "year_typo": _("%(field)s“%(written)s”的年份像是打错了。请核对；可能是 %(suggested)s。"),
    "out_of_range": _("%(field)s“%(written)s”超出可能的范围。请核对。"),
}
REPAIRED: str | Promise = _("%(field)s写作“%(written)s”，已统一为“%(value)s”。")
KEPT: str | Promise = _("%(field)s少见但正确，原样保留。")
FOUND: str | Promise = _("已查到：%(value)s。")
NOT_FOUND: str | Promise = _("没有查到，请打电话问清。")
PERHAPS: str | Promise = _("可能是 %(suggested)s。")

REFUSALS: dict[str, str | Promise] = {
    "bomb": _("%(name)s 解压后大得不正常，为安全起见没有打开。请重新另存为 .xlsx 再上传。"),
    "damaged": _("%(name)s 已损坏或没有传完整。请在 Excel 或 WPS 中打开、另存为 .xlsx，再上传一次。"),
    "empty": _("%(name)s 是空的。请检查是否选错了文件。"),
    "encoding": _("%(name)s 的文字编码无法识别。请另存为 .xlsx 或 UTF-8 的 .csv。"),
    "macros": _("文件里有宏。请另存为不含宏的 .xlsx 再上传。"),
    "no_file": _("读不到 %(name)s。请再选一次文件。"),
    "not_a_table": _("%(name)s 不是表格。请上传 .xlsx 或 .csv。"),
    "not_a_workbook": _("文件里没有工作表。请在 Excel 或 WPS 中另存为 .xlsx 再上传。"),
    "old_xls": _("%(name)s 是旧的 .xls 格式。请用 Excel 或 WPS 打开，另存为 .xlsx。"),
    "open_document": _("%(name)s 是 OpenDocument 表格。请另存为 .xlsx。"),
    "password": _("%(name)s 有密码。请先在 Excel 或 WPS 中取消密码，再上传。"),
    "too_big": _("%(name)s 超过 %(limit)s MB。请分成几个文件上传。"),
    "unknown_kind": _("认不出 %(name)s 是什么表。请确认有表头行，例如居民台账要有“姓名”“证件号码”“房号”。"),
    "web_page": _("%(name)s 其实是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx。"),
    "wrong_kind": _("这里要导入%(expected)s，而 %(name)s 像是%(found)s。请换一个文件，或到对应的地方导入。"),
    "xml_entities": _("文件里有外部引用或实体，为安全起见没有打开。请另存为 .xlsx 再上传。"),
}


def sentence(kind: str, told: Told) -> str:
    """The sentence of one defect, in the language active now."""
    detail: dict[str, object] = {
        "field": FIELDS.get(told.field, told.field),
        "written": shortened(told.written),
        "value": shortened(told.value),
        "suggested": told.suggested,
        "other": f"{told.other_sheet}!{told.other}" if told.other_sheet else told.other,
    }
    detail["found"] = str(FOUND if told.value else NOT_FOUND) % detail
    detail["hint"] = str(PERHAPS) % detail if told.suggested else ""
    return str(_template(kind, told)) % detail


def _template(kind: str, told: Told) -> str | Promise:
    if kind in KINDS:
        return KINDS[kind]
    shape = kind.removeprefix(f"{told.field}_")
    if shape in SHAPES:
        return SHAPES[shape]
    longest = max((s for s in SHAPES if kind.endswith(f"_{s}")), key=len, default="")
    if longest:
        return SHAPES[longest]
    return REPAIRED if told.value and told.value != told.written else KEPT


def shortened(text: str, most: int = 60) -> str:
    """For a sentence: no line breaks, at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def refusal(kind: str, detail: Mapping[str, object]) -> str:
    """The sentence of a file that cannot be read at all."""
    return str(REFUSALS[kind]) % {"name": "", **detail}
