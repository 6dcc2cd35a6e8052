"""The kinds of files an office holds: their columns by every usual name, and how each column is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from linli.registry.intake import cells, dates, hours, identity, settle, words
from linli.registry.intake.layout import label
from linli.registry.intake.places import CompoundReader, Names, StationReader
from linli.registry.intake.report import EMPTY, Action, Cell, Raw, Row, text_of
from linli.registry.intake.setting import Setting

FIRST_VACCINE = date(2020, 7, 1)  # the emergency use in China began on 22 July 2020


@dataclass(frozen=True)
class Column:
    """One column: its key in `Row.values` and every name it goes by (group and label written together)."""

    key: str
    names: tuple[str, ...]
    reader: Callable[[Setting], cells.Reader]


@dataclass(frozen=True)
class Kind:
    """A kind of file. `required` columns must be there; `settle` puts right what only the whole row can tell."""

    key: str
    title: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    settle: Callable[[Row, Setting], None]
    households: bool = False
    aliases: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.aliases.update({label(n): c.key for c in self.columns for n in c.names})

    def readers(self, setting: Setting) -> dict[str, cells.Reader]:
        """Key → reader; clean and repeated cells cost one look-up."""
        return {c.key: _cached(c.reader(setting)) for c in self.columns}


def _cached(reader: cells.Reader) -> cells.Reader:
    """Remembers what was read. A cell whose type cannot be a key is read anew."""
    remembered = lru_cache(4096, typed=True)(reader)

    def read(raw: Raw) -> Cell:
        return EMPTY if raw is None else remembered(raw)

    return read


def _same(reader: cells.Reader) -> Callable[[Setting], cells.Reader]:
    return lambda _: reader


def _text(key: str, *names: str) -> Column:
    return Column(key, names, _same(cells.free_text(key)))


def _col(key: str, reader: cells.Reader, *names: str) -> Column:
    return Column(key, names, _same(reader))


def _number(raw: Raw) -> Cell:
    return Cell(text_of(raw).strip())


def _compound(setting: Setting) -> cells.Reader:
    return CompoundReader(Names(setting.compounds), "compound")


def _last_dose(setting: Setting) -> cells.Reader:
    return partial(dates.day, field="last_dose", today=setting.wall.date(), earliest=FIRST_VACCINE)


def _moment(key: str) -> Callable[[Setting], cells.Reader]:
    return lambda setting: partial(dates.read_moment, field=key, anchor=setting.wall)


_NO = _col("no", _number, "序号", "编号", "序", "no")
_PHONE_NAMES = ("联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系手机", "移动电话", "本人电话", "联系电话手机")
_ID_NAMES = ("证件号码", "身份证号", "身份证号码", "证件号", "身份证", "公民身份号码", "居民身份证号码", "身份证件号码", "公民身份证号码")
_NOTE = _text("note", "备注", "说明", "备考", "其他说明", "备注说明", "情况说明")
_COMPOUND_NAMES = ("小区", "所在小区", "小区名称", "居住小区", "所属小区", "所住小区")


def _with_group(group: str, *names: str) -> tuple[str, ...]:
    return tuple(group + n for n in names)


def _house(*names: str) -> tuple[str, ...]:
    return tuple(g + n for g in ("", "房屋", "住址", "居住地址", "房屋信息", "地址", "住房", "现住址") for n in names)


_DOSES_NAMES = ("剂次", "接种剂次", "针次", "接种针次", "接种次数", "疫苗针次", "疫苗接种剂次", "疫苗接种情况", "接种情况", "疫苗接种", "几针")
_LAST_NAMES = ("末针日期", "最后一针日期", "末次接种日期", "最近接种日期", "接种日期", "末次日期", "最后接种时间", "接种时间", "末针时间", "最后一针时间")
_REGISTER = Kind(
    "register",
    "居民台账",
    (
        _NO,
        Column("compound", _COMPOUND_NAMES + _house("小区", "小区名称")[2:], _compound),
        _col("building", cells.door("building"), *_house("楼栋", "楼号", "栋", "幢", "楼", "楼栋号", "栋号", "楼幢", "号楼", "几号楼")),
        _col("unit", cells.door("unit"), *_house("单元", "单元号", "门", "几单元")),
        _col("room", cells.door("room"), *_house("房号", "室", "门牌号", "房间号", "房间", "室号", "户号", "门牌", "房门号", "门户号")),
        _col("head", cells.name("head"), "户主", "户主姓名", "户主名"),
        _col("relation", cells.word("relation", words.RELATION), "与户主关系", "关系", "与户主的关系", "户主关系", "家庭关系", "成员关系", "和户主关系"),
        _col("name", cells.name(), "姓名", "居民姓名", "人员姓名", "成员姓名", "家庭成员姓名", "名字", "居民"),
        _col("id_type", cells.word("id_type", words.ID_TYPE, unknown=Action.KEEP), "证件类型", "证件种类", "证件类别", "证件名称", "身份证件类型"),
        _col("id_no", identity.read, *_ID_NAMES, *_with_group("证件", "号码", "号", "编号")),
        _col("sex", cells.sex, "性别", "男女"),
        _text("old_no", "旧系统编号", "旧编号", "原编号", "原系统编号", "系统编号"),
        _col("phone", cells.phones(), *_PHONE_NAMES),
        _col("tenure", cells.word("tenure", words.TENURE, unknown=Action.KEEP), "居住性质", "居住类型", "房屋性质", "租住性质", "居住情况", "住户类型", "人户类型"),
        _text("workplace", "工作单位", "单位", "职业", "工作单位及职业", "从业单位", "工作或学习单位", "就职单位", "工作学习单位"),
        _col("groups", cells.listed("groups", words.GROUP), "特殊人群", "人群类别", "重点人群", "特殊群体", "人群分类", "特殊人群类别", "特殊类别"),
        _col("smartphone", cells.smartphone, "有无智能手机", "智能手机", "是否有智能手机", "是否使用智能手机", "会用智能手机", "有智能手机"),
        _col("doses", cells.doses, *_DOSES_NAMES, *(g + n for g in ("疫苗", "疫苗接种", "新冠疫苗", "接种") for n in _DOSES_NAMES)),
        Column("last_dose", (*_LAST_NAMES, *(g + n for g in ("疫苗", "疫苗接种", "新冠疫苗", "接种") for n in (*_LAST_NAMES, "日期", "时间"))), _last_dose),
        _NOTE,
    ),
    ("name", "id_no", "room"),
    settle.resident,
    households=True,
)

_VOLUNTEERS = Kind(
    "volunteers",
    "志愿者名单",
    (
        _NO,
        _col("name", cells.name(), "姓名", "志愿者姓名", "志愿者", "名字"),
        _col("sex", cells.sex, "性别", "男女"),
        _col("id_no", identity.read, *_ID_NAMES),
        _col("phone", cells.phones(), *_PHONE_NAMES),
        Column("compound", (*_COMPOUND_NAMES, "来源", "所属", "所在单位", "小区/单位"), _compound),
        _col(
            "roles",
            cells.listed("roles", words.ROLE, unknown=Action.REVIEW),
            *(g + n for g in ("", "服务", "志愿服务", "服务信息") for n in ("岗位", "服务岗位", "角色", "工作岗位", "服务类别", "可任岗位", "承担任务", "服务内容", "意向岗位")),
        ),
        _col(
            "availability",
            hours.availability,
            *(g + n for g in ("", "服务", "志愿服务", "服务信息") for n in ("可服务时间", "服务时间", "空闲时间", "可用时间", "可参加时间", "时间", "可上岗时间", "时间段", "可值班时间")),
        ),
        _col("training", cells.training, "是否培训", "培训", "培训情况", "是否参加培训", "已培训", "岗前培训"),
        _col("vehicle", cells.vehicle, "车辆", "车辆情况", "私家车", "有无车辆", "自有车辆", "车辆信息"),
        _NOTE,
    ),
    ("name", "roles"),
    settle.volunteer,
)

_VENUES = Kind(
    "venues",
    "场所清单",
    (
        _NO,
        _col("type", cells.venue_type, "场所类型", "类型", "场所类别", "类别", "行业", "行业类型", "业态"),
        _col("name", cells.name(), "场所名称", "名称", "店名", "单位名称", "商户名称", "场所名", "店铺名称", "门店名称", "商铺名称"),
        _text("address", "地址", "详细地址", "场所地址", "经营地址", "位置", "店铺地址"),
        _col("manager", cells.name("manager"), "负责人", "负责人姓名", "经营者", "店主", "联系人", "法人", "责任人", "管理人"),
        _col("phone", cells.phones(), *_PHONE_NAMES, "负责人电话", "店主电话", "联系人电话"),
        _col("hours", hours.opening, "营业时间", "开放时间", "营业时段", "经营时间", "开门时间"),
        _NOTE,
    ),
    ("type", "name", "address"),
    settle.venue,
)

_VEHICLES = Kind(
    "vehicles",
    "车辆",
    (
        _NO,
        _col("plate", cells.plate, "车牌号", "车牌", "车牌号码", "号牌", "车号", "号牌号码"),
        _col("seats", cells.seats, "座位数", "座位", "座数", "核载人数", "载客数", "核定载客", "可乘人数", "载客人数"),
        _col("driver", cells.name("driver"), "司机", "司机姓名", "驾驶员", "驾驶员姓名", "驾驶人"),
        _col("phone", cells.phones(), "司机电话", "司机手机", "驾驶员电话", "司机联系电话", "驾驶员联系电话", *_PHONE_NAMES),
        _col("shift", hours.shift, "值班时间", "班次", "出车时间", "当班时间", "可用时间", "值班时段", "班时"),
        _NOTE,
    ),
    ("plate", "driver"),
    settle.vehicle,
)

_PUSHED = Kind(
    "pushed",
    "下发返乡名单",
    (
        Column("batch", ("下发批次", "批次", "下发时间", "推送批次", "推送时间", "下发日期", "批次时间"), _moment("batch")),
        _NO,
        _col("name", cells.name(), "姓名", "返乡人员姓名", "返乡人姓名", "人员姓名", "返乡人员"),
        _col("id_no", identity.read, *_ID_NAMES),
        _col("phone", cells.phones(), *_PHONE_NAMES),
        _text("origin", "出发地", "始发地", "来源地", "返回前地址", "出发城市", "来自地", "从何地返回", "出发地点"),
        _col("service", cells.service, "车次/航班", "车次", "航班", "车次航班", "班次", "车次或航班", "车次/航班号", "交通工具及车次", "航班/车次", "车次(航班)"),
        Column("station", ("到达站", "到站", "到达车站", "到达站点", "抵达站", "抵达车站", "下车站"), lambda s: StationReader(s.stations)),
        _col("eta", _number, "预计到达时间", "到达时间", "预计抵达时间", "抵达时间", "预计到站时间", "到站时间", "预达时间"),
        _col("companions", cells.companions, "同行人员", "同行人", "同行", "随行人员", "同行家属"),
        _col("destination", _number, "目的地详细地址", "目的地", "目的地址", "详细地址", "返回地址", "返乡地址", "居住地址", "家庭住址", "返乡目的地", "现住址", "目的地地址"),
        _NOTE,
    ),
    ("name", "eta", "destination"),
    settle.pushed,
)

_TRAINS = Kind(
    "trains",
    "到站时刻",
    (
        Column("published", ("发布时间", "更新时间", "公布时间", "发布"), _moment("published")),
        _NO,
        _col("service", cells.service, "车次", "车次/航班", "列车车次", "车次号", "航班", "车次航班"),
        Column("station", ("车站", "到达站", "到站", "站点", "到达车站"), lambda s: StationReader(s.stations)),
        Column("scheduled", ("图定到达", "图定时间", "图定到达时间", "计划到达", "计划到达时间", "正点时间", "图定"), _moment("scheduled")),
        _col("expected", _number, "预计/实际到达", "预计到达", "实际到达", "预计到达时间", "实际到达时间", "预计时间", "预计或实际到达", "预计实际到达"),
        _col("status", cells.word("status", words.STATUS), "状态", "运行状态", "到达状态", "正晚点"),
        _NOTE,
    ),
    ("service", "scheduled"),
    settle.train,
)

_LAB = Kind(
    "lab",
    "核酸结果",
    (
        _NO,
        _col("tube", cells.tube, "试管编号", "管号", "条码", "条码号", "试管号", "样本编号", "标本编号", "条形码", "采样管编号", "试管条码"),
        _col("result", cells.word("result", words.RESULT), "检测结果", "结果", "核酸结果", "结论", "核酸检测结果"),
        Column("tested_at", ("检测时间", "报告时间", "检测日期", "出报告时间", "检验时间", "出具时间", "结果时间"), _moment("tested_at")),
        _text("lab", "检测单位", "检测机构", "检验机构", "实验室", "检验单位"),
        _NOTE,
    ),
    ("tube", "result"),
    settle.result,
)

KINDS = {k.key: k for k in (_REGISTER, _VOLUNTEERS, _VENUES, _VEHICLES, _PUSHED, _TRAINS, _LAB)}
"""register, volunteers, venues, vehicles, pushed, trains, lab."""
