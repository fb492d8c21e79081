"""A small nlu_data folder that is right, to be made wrong in one place at a time."""

from __future__ import annotations

import json
from pathlib import Path

SLOTS = """
plate_number: {type: plate, label: улсын дугаар, ask: Улсын дугаар?, retry: Дахин бичнэ үү.}
year: {type: year, label: он, ask: Аль он?, retry: Оноо бичнэ үү.}
register_number:
  {type: register_number, label: регистр, personal: true, ask: Регистр?, retry: Дахин бичнэ үү.}
place: {type: choice, label: газар, ask: Хаана?, retry: Сонгоно уу., options: {ub: Улаанбаатар}}
count: {type: number, label: тоо, ask: Хэд вэ?, retry: Тоо бичнэ үү.}
"""
CATEGORIES = "transport: Тээвэр\ncivil: Иргэний бүртгэл\n"
SOURCES = "police: {title: Цагдаагийн газар, where: https://police.gov.mn, kind: official}\n"
HELPLINES = """
- {number: '102', name: Цагдаа, emergency: true, source: police}
- {number: '1111', name: Засгийн газрын лавлах, short: Лавлах, note: Үнэгүй,
   source: police, verify: true, service: licence}
"""
FOREIGN = "foreign: pdf passport\nenglish: hello how are you\n"
FINES = """
id: fines
kind: data_fetch
category: transport
title: Торгууль шалгах
short: Торгууль
agency: Цагдаагийн ерөнхий газар
ask: [plate_number]
khur:
  operation: WS1_fines
  send: {regnum: register_number, plateNumber: plate_number}
  extra: [plateNumber]
  rows: listData
  only: {isPaid: false}
  keep: {amount: mnt, passDate: date, isPaid: bool}
approval: otp
consent: {purpose: торгууль үзэх, data: торгуулийн жагсаалт}
facts:
  fee_mnt: {value: 20000, source: police, as_of: 2026-10-09, verify: true}
say:
  found: "{count} торгууль, нийт {amount}₮. {rows}"
  row: "{passDate} {amount}₮"
  none: "{plate_number}: торгууль алга."
life_events: [bought_vehicle]
neighbours: [licence]
phrases: [торгууль нэг, торгууль хоёр, торгууль гурав, торгууль дөрөв, торгууль тав,
  торгууль зургаа, торгууль долоо, торгууль найм, торгууль ес, торгууль арав,
  торгууль арван нэг, торгууль арван хоёр, торгууль арван гурав,
  торгууль арван дөрөв, торгууль арван тав]
"""
LICENCE = """
id: licence
kind: info
category: civil
title: Жолооны үнэмлэх авах
short: Жолооны үнэмлэх
facts:
  documents: {value: [иргэний үнэмлэх, зураг], source: police}
say:
  answer: "Бүрдүүлэх: {documents}."
phrases: [эрх нэг, эрх хоёр, эрх гурав, эрх дөрөв, эрх тав, эрх зургаа, эрх долоо, эрх найм,
  эрх ес, эрх арав,
  эрх арван нэг, эрх арван хоёр, эрх арван гурав,
  эрх арван дөрөв, эрх арван тав]
"""
MARRIED = """
id: married
kind: data_fetch
category: civil
title: Гэрлэлтийн лавлагаа
short: Гэрлэлт
khur:
  operation: WS2_marriage
  send: {regnum: register_number}
  keep: {isMarried: bool, marriedDate: date}
approval: otp
consent: {purpose: гэрлэлт шалгах, data: гэрлэлтийн бүртгэл}
say:
  found: {field: isMarried, yes: "{marriedDate}-нд гэрлэсэн.", no: Гэрлээгүй.}
  none: Бүртгэл алга.
phrases: [гэрлэлт нэг, гэрлэлт хоёр, гэрлэлт гурав, гэрлэлт дөрөв, гэрлэлт тав,
  гэрлэлт зургаа, гэрлэлт долоо, гэрлэлт найм, гэрлэлт ес, гэрлэлт арав,
  гэрлэлт арван нэг, гэрлэлт арван хоёр, гэрлэлт арван гурав,
  гэрлэлт арван дөрөв, гэрлэлт арван тав]
"""
REQUEST = """
id: request
kind: request
category: civil
title: Хүсэлт гаргах
short: Хүсэлт
ask: [place]
approval: phone
say:
  intro: Хүсэлтээ илгээнэ.
  confirm: "{place}: илгээх үү?"
  done: "Дугаар: {number}."
phrases: [хүсэлт нэг, хүсэлт хоёр, хүсэлт гурав, хүсэлт дөрөв, хүсэлт тав, хүсэлт зургаа,
  хүсэлт долоо, хүсэлт найм, хүсэлт ес, хүсэлт арав,
  хүсэлт арван нэг, хүсэлт арван хоёр, хүсэлт арван гурав,
  хүсэлт арван дөрөв, хүсэлт арван тав]
"""
BOOKING = """
id: booking
kind: appointment
category: civil
title: Эмчийн цаг авах
short: Эмчийн цаг
booking: {places: WS1_fines, services: WS1_fines, free: WS1_fines,
  order: WS1_fines, approve: WS1_fines, cancel: WS1_fines}
approval: otp
consent: {purpose: цаг авах, data: сонгосон цаг}
say:
  confirm: "{hospital}, {day} {time}. Захиалах уу?"
  done: "Дугаар: {number}."
phrases: [цаг нэг, цаг хоёр, цаг гурав, цаг дөрөв, цаг тав, цаг зургаа, цаг долоо, цаг найм,
  цаг ес, цаг арав,
  цаг арван нэг, цаг арван хоёр, цаг арван гурав,
  цаг арван дөрөв, цаг арван тав]
"""
SERVICES = {
    "fines": FINES,
    "licence": LICENCE,
    "married": MARRIED,
    "request": REQUEST,
    "booking": BOOKING,
}
OPERATIONS = [
    {
        "op": "WS1_fines",
        "group": "transport",
        "provider": "Цагдаа",
        "title": "Торгууль",
        "inputs": {"regnum": {"type": "str | None"}},
        "models": {
            "Fine": {
                "fields": {
                    "amount": {"type": "int | None"},
                    "passDate": {"type": "XypDate | None"},
                    "isPaid": {"type": "bool | None"},
                }
            },
            "FinesResponse": {
                "fields": {
                    "listData": {"type": "list[Fine] | None"},
                    "loose": {"type": "list[Any] | None"},
                    "owner": {"type": "str | None"},
                }
            },
        },
    },
    {
        "op": "WS2_marriage",
        "group": "citizen",
        "provider": "УБЕГ",
        "title": "Гэрлэлт",
        "inputs": {"regnum": {"type": "str | None"}},
        "models": {
            "MarriageResponse": {
                "fields": {
                    "isMarried": {"type": "bool | None"},
                    "marriedDate": {"type": "XypDate | None"},
                }
            }
        },
    },
]


def write_folder(parent: Path) -> Path:
    """A folder nlu_data in `parent` that loads without a problem."""
    root = parent / "nlu_data"
    (root / "services").mkdir(parents=True)
    files = {
        "slots.yml": SLOTS,
        "categories.yml": CATEGORIES,
        "sources.yml": SOURCES,
        "helplines.yml": HELPLINES,
        "restore.yml": FOREIGN,
        "khur_operations.json": json.dumps(OPERATIONS),
    }
    files |= {f"services/{name}.yml": text for name, text in SERVICES.items()}
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Replace `old`, which must be there, by `new` in one file of the folder."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
