"""Papers about people who do not exist, shared by the tests of this package."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.codes.paper import CertificateFields, NoticeFields, Stop, Traveller
from linli.codes.sign import RECEPTION, SigningKey, Statement, check_url, sign

AT = datetime(2022, 4, 16, 17, 10, tzinfo=UTC)  # 01:10 on 17 April where the community is
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TOKEN = "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"

STATEMENT = Statement(
    number="JS-20220417-0007",
    masked_name="张*三",
    persons=1,
    audience=RECEPTION,
    issued_at=AT,
    not_before=AT - timedelta(minutes=10),
    expires_at=AT + timedelta(hours=8),
)
URL = check_url("https://linli.example.org/c/", TOKEN, sign(STATEMENT, KEY))

CERTIFICATE = CertificateFields(
    issuer="长治市潞州区英雄街道府前社区居民委员会",
    street="英雄街道疫情防控指挥部",
    number="JS-20220417-0007",
    issued_at=AT,
    valid_until=AT + timedelta(hours=8),
    travellers=(Traveller(name="张小三", identity="1404**********9931", phone="138****0017"),),
    route=(
        Stop(place="上海市浦东新区", at=AT - timedelta(hours=12), onward="D292"),
        Stop(place="长治东站", at=AT + timedelta(minutes=50), onward="社区专车"),
        Stop(place="府前小区 3号楼", at=AT + timedelta(hours=2)),
    ),
    transport="D292 次  上海虹桥 → 长治东",
    arrives_at=AT + timedelta(minutes=50),
    history="上海市浦东新区(近14日)",
    destination="府前小区 3号楼",
    measure="同意接收,闭环转运,居家隔离 7+5",
    handler="李明",
    handler_phone="0355-0000000",
    check_url=URL,
    check_page="linli.example.org/c",
    short_code="7A3K-9F4J",
    plate="晋D·00017",
    driver="王强",
    driver_phone="139****0004",
)

NAMES = (
    "张𠮷",
    "䶮㛃",
    "㼆𬎆",
    "𣌀三",
    "阿卜杜热合曼·买买提艾力·吐尔逊江",
    "Maximilian Oberhuber-Westerthaler",
)
FAMILY = replace(
    CERTIFICATE,
    travellers=tuple(
        Traveller(name=name, identity="1404**********9931", phone="138****0017") for name in NAMES
    ),
    route=(
        Stop(place="乌鲁木齐市天山区解放南路街道", at=AT - timedelta(hours=40), onward="Z70"),
        Stop(place="北京西站", at=AT - timedelta(hours=12), onward="专线大巴 京A·00009"),
        Stop(place="太原南站", at=AT - timedelta(hours=4), onward="D292"),
        Stop(place="长治东站", at=AT + timedelta(minutes=50), onward="社区专车"),
        Stop(place="府前小区南区三号院家属楼 13号楼", at=AT + timedelta(hours=2)),
    ),
    history="乌鲁木齐市天山区、沙依巴克区,北京市丰台区(换乘,未出站),太原市小店区(换乘)",
    destination="长治市潞州区英雄街道府前社区府前小区南区三号院家属楼 13号楼",
    measure="同意接收,点对点闭环转运,居家隔离医学观察 7 天加居家健康监测 5 天,上门采样",
    transport="Z70 次 乌鲁木齐 → 北京西,转 D292 次 太原南 → 长治东",
)

NOTICE = NoticeFields(
    community="长治市潞州区英雄街道府前社区居民委员会",
    number="GZ-20220417-0012",
    issued_at=AT,
    name="张𠮷",
    sex="女",
    phone="138 0000 0017",
    identity="1404**********9931",
    address="府前小区 3号楼 2单元 1101室",
    employer="",
    employer_contact="",
    employer_phone="",
    first_day=date(2022, 4, 17),
    last_day=date(2022, 4, 24),
    rules=(
        "观察期间不得外出,共同居住者一并遵守;因就医等确需外出的,须经社区同意,专人专车、全程闭环。",
        "每日早、晚各测量一次体温,如实报告社区。出现发热(37.3℃及以上)、干咳、乏力、咽痛、嗅(味)觉减退、腹泻等症状的,立即报告,不得自行就医。",
        "配合上门采样;生活垃圾双层封装、消毒后于约定时间放在门口,由专人收运。观察期满、核酸检测阴性、经社区核实后,凭解除通知单解除。",
    ),
    street_cadre="赵敏",
    street_cadre_phone="0355-0000001",
    grid_worker="李明",
    grid_worker_phone="139 0000 0004",
    door_url="https://linli.example.org/q/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA",
    door_code="7A3K-9F4J",
)
