"""People who do not exist: names by frequency, identity numbers nobody has, telephones that reach nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linli.registry.intake.identity import check_digit

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文牛申靳路暴栗"
)
DOUBLE = ("欧阳", "司马", "上官", "诸葛")
MALE = "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建国志海山永文新民庆红兵根生全福有才"
FEMALE = "芳娜敏静丽艳娟霞秀英华慧巧美淑惠珠翠雅芝玉萍红娥玲芬燕彩春菊兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛"
RARE = ("𠮷", "䶮", "㛃", "㼆", "𬎆")
"""Characters that real registers hold and that fonts and databases lose: a few people carry one."""

AREAS = ("140402", "140411", "140403", "140421", "140428", "140429")
"""First digits of identity numbers around Changzhi; two of the districts were dissolved in 2018 (GB/T 2260)."""

PREFIXES = ("139", "138", "136", "150", "158", "176", "177", "187", "199")


@dataclass(frozen=True)
class Somebody:
    """One invented person."""

    name: str
    sex: str
    birth_on: date
    id_number: str
    phone: str


class Register:
    """Invents people from a seed; no two share an identity number or a telephone."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - a rehearsal must be repeatable, not secret
        self.phones = 0
        self.ids: set[str] = set()

    def somebody(self, *, surname: str = "", sex: str = "", born: tuple[int, int] = (1940, 2021)) -> Somebody:
        """One person more; `born` are the years between which the birthday lies."""
        sex = sex or self.dice.choice("12")
        birth_on = date(self.dice.randint(*born), 1, 1) + timedelta(days=self.dice.randint(0, 364))
        return Somebody(self.name(surname, sex), sex, birth_on, self._id_number(birth_on, sex), self._phone())

    def name(self, surname: str, sex: str) -> str:
        """A surname and one or two characters; one in three hundred carries a rare character."""
        surname = surname or self.surname()
        pool = MALE if sex == "1" else FEMALE
        given = "".join(self.dice.sample(pool, self.dice.choice((1, 2, 2))))
        return surname + (self.dice.choice(RARE) if self.dice.random() < 1 / 300 else given)

    def surname(self) -> str:
        """By frequency: the first ones of the list are the common ones."""
        if self.dice.random() < 1 / 200:
            return self.dice.choice(DOUBLE)
        return SURNAMES[min(int(self.dice.expovariate(1 / 22)), len(SURNAMES) - 1)]

    def _id_number(self, birth_on: date, sex: str) -> str:
        """Order part 990-999 (odd for men): such numbers are not given out in practice."""
        while True:
            order = self.dice.choice((991, 993, 995, 997, 999) if sex == "1" else (990, 992, 994, 996, 998))
            first17 = f"{self.dice.choice(AREAS)}{birth_on:%Y%m%d}{order}"
            number = first17 + check_digit(first17)
            if number not in self.ids:
                self.ids.add(number)
                return number
            birth_on += timedelta(days=1)

    def _phone(self) -> str:
        self.phones += 1
        return f"{self.dice.choice(PREFIXES)}000{self.phones * 7919 % 100_000:05d}"
