"""How a person is shown to somebody who need not know: the one place where masks are written."""


def mask_name(name: str) -> str:
    """张伟 → 张*; 欧阳修文 → 欧**文; 买买提·艾力 → 买****力. Keeps the first character, and the last from three on."""
    name = name.strip()
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000; anything shorter keeps only its last two digits."""
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id(number: str) -> str:
    """An identity number: first four, last four (18 digits); passports and permits keep the first and the last two."""
    if len(number) >= 15:
        return number[:4] + "*" * (len(number) - 8) + number[-4:]
    return number[:1] + "*" * max(len(number) - 3, 0) + number[-2:]


def mask_door(label: str) -> str:
    """3-2-1101 → 3-2-****: the building and unit are enough to find the way to the entrance."""
    head, dash, room = label.rpartition("-")
    return f"{head}{dash}{'*' * len(room)}"
