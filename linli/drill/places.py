"""The demo community's streets: four compounds, about two thousand front doors, thirty-five venues."""

from __future__ import annotations

from dataclasses import dataclass

from linli.base.scope import path
from linli.registry.models import Building, Community, Compound, Dwelling, Grid, Unit, Venue


@dataclass(frozen=True)
class Plan:
    """How one compound is built: `doors` per floor and unit; a grid answers for `per_grid` buildings."""

    code: str
    name: str
    aliases: tuple[str, ...]
    buildings: int
    units: int
    floors: int
    doors: int
    per_grid: int


PLANS = (
    Plan("yc", "迎春苑", ("迎春", "迎春小区"), 6, 3, 11, 3, 2),
    Plan("qz", "清漳园", ("清漳", "清漳小区"), 5, 2, 18, 3, 2),
    Plan("hp", "和平里", ("和平", "和平小区"), 8, 4, 6, 2, 3),
    Plan("fz", "纺织厂家属院", ("纺织院", "纺织小区"), 10, 4, 6, 2, 4),
)

VENUES = (
    ("商场/超市", "惠民便利店 晨光超市 万家生鲜 好邻居便利店 迎春百货"),
    ("餐厅", "潞阳饺子馆 老街面馆 清漳小炒 家常菜馆 和平包子铺 羊汤馆 早点铺"),
    ("药店", "康宁大药房 益民药店 仁和堂药店"),
    ("理发店/美容厅", "新发型理发店 红梅美发 阿明理发"),
    ("农集贸市场", "迎春菜市场 和平集贸市场"),
    ("银行", "社区银行网点 农村信用社网点"),
    ("邮政快递", "邮政服务站 快递驿站东门 快递驿站西门"),
    ("教培", "小树苗画室 晨曦托管班"),
    ("医疗机构", "社区卫生服务站 口腔诊所"),
    ("酒店/宾馆", "清漳宾馆 如归旅社"),
    ("公共浴室", "大众浴池"),
    ("棋牌室(麻将馆)", "老友棋牌室"),
    ("企业", "纺织配件厂 印刷厂"),
)


def build_places(community: Community) -> list[Dwelling]:
    """Every compound, grid, building, unit and dwelling, in walking order."""
    doors: list[Dwelling] = []
    for position, plan in enumerate(PLANS):
        compound = Compound.objects.create(
            community=community,
            code=plan.code,
            name=plan.name,
            aliases=list(plan.aliases),
            position=position,
        )
        doors += _build(community, compound, plan)
    Dwelling.objects.bulk_create(doors, batch_size=500)
    return doors


def _build(community: Community, compound: Compound, plan: Plan) -> list[Dwelling]:
    grids: dict[int, Grid] = {}
    doors: list[Dwelling] = []
    for number in range(1, plan.buildings + 1):
        n = (number - 1) // plan.per_grid + 1
        if n not in grids:
            grids[n] = Grid.objects.create(
                community=community, compound=compound, code=f"g{n}", name=f"{plan.name}第{n}网格"
            )
        building = Building.objects.create(
            community=community,
            compound=compound,
            grid=grids[n],
            number=str(number),
            position=number,
            path=path(community.slug, plan.code, f"g{n}", str(number)),
        )
        doors += _fill(building, plan)
    return doors


def _fill(building: Building, plan: Plan) -> list[Dwelling]:
    units = [
        Unit(community=building.community, building=building, number=str(u), position=u)
        for u in range(1, plan.units + 1)
    ]
    Unit.objects.bulk_create(units)
    return [
        Dwelling(
            community=building.community,
            compound=building.compound,
            building=building,
            unit=unit,
            room=f"{floor}{door:02d}",
            label=f"{building.number}-{unit.number}-{floor}{door:02d}",
            position=unit.position * 100_000 + floor * 100 + door,
            path=f"{building.path}{unit.number}/{floor}{door:02d}/",
        )
        for unit in units
        for floor in range(1, plan.floors + 1)
        for door in range(1, plan.doors + 1)
    ]


def build_venues(community: Community, managers: list[str]) -> list[Venue]:
    """The thirty-five open venues, spread over the compounds."""
    named = [(kind, name) for kind, names in VENUES for name in names.split()]
    venues = [
        Venue(
            community=community,
            name=name,
            kind=kind,
            address=f"{PLANS[i % 4].name}底商{i + 1}号",
            manager=managers[i % len(managers)],
            hours=[["08:00", "21:00"]],
            path=path(community.slug, PLANS[i % 4].code),
        )
        for i, (kind, name) in enumerate(named)
    ]
    Venue.objects.bulk_create(venues)
    return venues
