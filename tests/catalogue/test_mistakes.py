"""Each mistake in a file is named with its file, its key and its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.catalogue.loader import load_catalogue, read_catalogue
from bot.errors import CatalogueError
from tests.catalogue.folder import edit, write_folder

NFD_BROKEN = "Бүртгэ\u0438\u0306л алга."


@dataclass(frozen=True)
class Mistake:
    """One edit of a right folder and the whole message that it must lead to."""

    name: str
    file: str
    old: str
    new: str
    message: str
    """With the file's place in front left out where it is the edited file."""


SERVICE_MISTAKES = [
    Mistake(
        "unknown key",
        "fines",
        "agency:",
        "agensy:",
        "key 'agensy': no such key; did you mean 'agency'?",
    ),
    Mistake(
        "unknown key far from any",
        "fines",
        "agency:",
        "zzz:",
        "key 'zzz': no such key; known keys: ",
    ),
    Mistake(
        "id is not the file's name",
        "fines",
        "id: fines",
        "id: fine",
        "key 'id': 'fine' is not the file's name; write `id: fines`",
    ),
    Mistake(
        "missing title",
        "licence",
        "title: Жолооны үнэмлэх авах\n",
        "",
        "key 'title': is missing; add it",
    ),
    Mistake(
        "title too long",
        "licence",
        "title: Жолооны",
        f"title: {'Жолооны ' * 10}",
        "key 'title': has 93 characters, at most 70 fit; shorten it",
    ),
    Mistake(
        "menu label too long",
        "licence",
        "short: Жолооны үнэмлэх",
        "short: Жолооны үнэмлэх авах гэж байна",
        "key 'short': has 30 characters, at most 22 fit; shorten it",
    ),
    Mistake(
        "missing kind",
        "licence",
        "kind: info\n",
        "",
        "key 'kind': is missing; write one of info, data_fetch, request, appointment, payment",
    ),
    Mistake(
        "misspelt kind",
        "licence",
        "kind: info",
        "kind: inf",
        "key 'kind': 'inf' is not one of info, data_fetch, request, appointment, payment; "
        "did you mean 'info'?",
    ),
    Mistake(
        "unknown category",
        "licence",
        "category: civil",
        "category: civl",
        "key 'category': no such category 'civl'; did you mean 'civil'?",
    ),
    Mistake(
        "unknown slot",
        "fines",
        "ask: [plate_number]",
        "ask: [plate_number, plate_numbr]",
        "key 'ask': no such slot 'plate_numbr'; did you mean 'plate_number'?",
    ),
    Mistake(
        "slot list is no list",
        "fines",
        "ask: [plate_number]",
        "ask: plate_number",
        "key 'ask': is not a list of texts; write `[one, two]` or `- one` lines",
    ),
    Mistake(
        "unknown source",
        "licence",
        "source: police",
        "source: polis",
        "key 'facts.documents.source': no such source 'polis'; did you mean 'police'?",
    ),
    Mistake(
        "fact without source",
        "licence",
        ", source: police",
        "",
        "key 'facts.documents.source': is missing; add it",
    ),
    Mistake(
        "fact with an unknown key",
        "licence",
        "source: police",
        "source: police, verfy: true",
        "key 'facts.documents.verfy': no such key; did you mean 'verify'?",
    ),
    Mistake(
        "money that is not whole",
        "fines",
        "value: 20000",
        "value: 20_000",
        "key 'facts.fee_mnt.value': is not whole tugrik; write a whole number, such as 20000",
    ),
    Mistake(
        "fact that is a truth value",
        "licence",
        "value: [иргэний үнэмлэх, зураг]",
        "value: true",
        "key 'facts.documents.value': is neither a text nor a number nor a list of texts; ",
    ),
    Mistake(
        "verify is not a truth value",
        "fines",
        "verify: true",
        "verify: yes",
        "key 'facts.fee_mnt.verify': is neither true nor false; write true or false",
    ),
    Mistake(
        "unknown operation",
        "fines",
        "operation: WS1_fines",
        "operation: WS1_fine",
        "key 'khur.operation': no such operation 'WS1_fine'; did you mean 'WS1_fines'?",
    ),
    Mistake(
        "unknown request field",
        "fines",
        "extra: [plateNumber]",
        "extra: []",
        "key 'khur.send.plateNumber': no such input of WS1_fines; it takes regnum; "
        "else list it in khur.extra",
    ),
    Mistake(
        "extra field that is not sent",
        "fines",
        "extra: [plateNumber]",
        "extra: [plateNumber, civilId]",
        "key 'khur.extra': 'civilId' is not in khur.send; remove it",
    ),
    Mistake(
        "nothing supplies a sent slot",
        "fines",
        "plateNumber: plate_number",
        "plateNumber: year",
        "key 'khur.send.plateNumber': nothing supplies 'year'; add 'year' to `ask`",
    ),
    Mistake(
        "nothing supplies the register number",
        "married",
        "approval: otp",
        "approval: none",
        "key 'khur.send.regnum': nothing supplies 'register_number'; write `approval: otp`, ",
    ),
    Mistake(
        "unknown response field",
        "married",
        "marriedDate: date",
        "mariedDate: date",
        "key 'khur.keep.mariedDate': no such field in WS2_marriage; did you mean 'marriedDate'?",
    ),
    Mistake(
        "unknown row field",
        "fines",
        "keep: {amount",
        "keep: {amout: mnt, amount",
        "key 'khur.keep.amout': no such field in WS1_fines; did you mean 'amount'?",
    ),
    Mistake(
        "unknown filter field",
        "fines",
        "only: {isPaid",
        "only: {paid",
        "key 'khur.only.paid': no such field in WS1_fines; did you mean 'isPaid'?",
    ),
    Mistake(
        "unknown repeating field",
        "fines",
        "rows: listData",
        "rows: listDate",
        "key 'khur.rows': no such repeating field in WS1_fines; did you mean 'listData'?",
    ),
    Mistake(
        "unknown type of a kept field",
        "fines",
        "amount: mnt",
        "amount: money",
        "key 'khur.keep.amount': no such type 'money'; "
        "known types: text, mnt, date, number, bool, year, month",
    ),
    Mistake(
        "filter without rows",
        "married",
        "keep: {isMarried",
        "only: {isMarried: true}\n  keep: {isMarried",
        "key 'khur.only': chooses rows, and there is no `khur.rows`; remove it, or add rows",
    ),
    Mistake(
        "row without rows",
        "fines",
        "  rows: listData\n  only: {isPaid: false}\n",
        "",
        "key 'khur.rows': is missing, `say.row` needs it; name the field that repeats",
    ),
    Mistake(
        "rows said without a row",
        "fines",
        '  row: "{passDate} {amount}₮"\n',
        "",
        "key 'say.row': is missing, `{rows}` needs it; write how one row is said",
    ),
    Mistake(
        "row that is never said",
        "fines",
        " {rows}",
        "",
        "key 'say.found': never says `say.row`; put {rows} where the rows are to stand",
    ),
    Mistake(
        "branch on a field that is not kept",
        "married",
        "field: isMarried",
        "field: isMaried",
        "key 'say.found.field': 'isMaried' is not a kept yes/no field; did you mean 'isMarried'?",
    ),
    Mistake(
        "branch on a date",
        "married",
        "field: isMarried",
        "field: marriedDate",
        "key 'say.found.field': 'marriedDate' is not a kept yes/no field; "
        "write `marriedDate: bool` in khur.keep",
    ),
    Mistake(
        "branch without its other text",
        "married",
        ", no: Гэрлээгүй.",
        "",
        "key 'say.found.no': is missing; add it",
    ),
    Mistake(
        "unknown placeholder",
        "fines",
        "нийт {amount}",
        "нийт {amout}",
        "key 'say.found': nothing fills {amout}; did you mean 'amount'?",
    ),
    Mistake(
        "value of one row said for all rows",
        "fines",
        "{count} торгууль",
        "{passDate} {count} торгууль",
        "key 'say.found': nothing fills {passDate}; it can say ",
    ),
    Mistake(
        "answer of KHUR said where there is none",
        "fines",
        "{plate_number}: торгууль",
        "{amount}: торгууль",
        "key 'say.none': nothing fills {amount}; it can say fee_mnt, plate_number",
    ),
    Mistake(
        "placeholder that computes",
        "licence",
        "{documents}",
        "{documents[0]}",
        "key 'say.answer': has a brace that is not a {name}; "
        "write placeholders as {name} and no other brace",
    ),
    Mistake(
        "two things of one name",
        "fines",
        "fee_mnt: {",
        "plate_number: {",
        "key 'facts': 'plate_number' is already a name of `ask`; give it another name",
    ),
    Mistake(
        "slot that hides the count of rows",
        "fines",
        "ask: [plate_number]",
        "ask: [plate_number, count]",
        "key 'ask': 'count' is already a word of `say.found`; give it another name",
    ),
    Mistake(
        "code without consent",
        "married",
        "consent: {purpose: гэрлэлт шалгах, data: гэрлэлтийн бүртгэл}\n",
        "",
        "key 'consent': is missing, `approval: otp` asks for consent; "
        "add `consent: {purpose: …, data: …}`",
    ),
    Mistake(
        "register number asked although the code gives it",
        "fines",
        "ask: [plate_number]",
        "ask: [plate_number, register_number]",
        "key 'ask': 'register_number' is supplied by the identity of `approval: otp`; "
        "remove it from the list",
    ),
    Mistake(
        "approval left out",
        "married",
        "approval: otp\n",
        "",
        "key 'approval': is missing; write none, phone or otp: KHUR is asked",
    ),
    Mistake(
        "sensitive data without a code",
        "married",
        "approval: otp",
        "approval: phone\nsensitive: true",
        "key 'approval': is too weak for `sensitive: true` data from KHUR; write `approval: otp`",
    ),
    Mistake(
        "info without its answer",
        "licence",
        'answer: "Бүрдүүлэх: {documents}."',
        "spoken: Бүрдүүлэх баримт.",
        "key 'say.answer': is missing, a service of kind info says it; add it",
    ),
    Mistake(
        "fetch without the words for nothing",
        "married",
        "  none: Бүртгэл алга.\n",
        "",
        "key 'say.none': is missing, a service of kind data_fetch says it; add it",
    ),
    Mistake(
        "request without its receipt",
        "request",
        '  done: "Дугаар: {number}."\n',
        "",
        "key 'say.done': is missing, a service of kind request says it; add it",
    ),
    Mistake(
        "text that its kind never says",
        "request",
        "  intro:",
        "  answer:",
        "key 'say.answer': is never said by a service of kind request; remove it",
    ),
    Mistake(
        "fetch without KHUR",
        "licence",
        "kind: info",
        "kind: data_fetch",
        "key 'khur': is missing, a service of kind data_fetch asks KHUR; "
        "add it, or write `kind: info`",
    ),
    Mistake(
        "KHUR asked for nothing",
        "married",
        "kind: data_fetch",
        "kind: info",
        "key 'khur': is never asked by a service of kind info; "
        "remove it, or write `kind: data_fetch`",
    ),
    Mistake(
        "appointment without booking",
        "request",
        "kind: request",
        "kind: appointment",
        "key 'booking': and `kind: appointment` go together; give both or neither",
    ),
    Mistake(
        "unknown operation of a booking",
        "booking",
        "places: WS1_fines",
        "places: WS1_fine",
        "key 'booking': no such operation 'WS1_fine'; did you mean 'WS1_fines'?",
    ),
    Mistake(
        "too few phrases",
        "licence",
        "эрх ес, эрх арав",
        "эрх ес",
        "key 'phrases': are 9, at least 10 are needed; write more, as people really say it",
    ),
    Mistake(
        "phrase of another service",
        "married",
        "гэрлэлт нэг",
        '"Эрх,  НЭГ!"',
        "key 'phrases': 'Эрх,  НЭГ!' stands in nlu_data/services/licence.yml too; "
        "keep it where it belongs, reword the other",
    ),
    Mistake(
        "phrase twice in one service",
        "licence",
        "эрх ес, эрх арав",
        "эрх ес, эрх арав, эрх ес?",
        "key 'phrases': 'эрх ес?' stands twice here; keep it where it belongs, ",
    ),
    Mistake(
        "title of another service",
        "married",
        "title: Гэрлэлтийн лавлагаа",
        "title: Жолооны үнэмлэх авах",
        "key 'title': 'Жолооны үнэмлэх авах' is the title of nlu_data/services/licence.yml too; ",
    ),
    Mistake(
        "menu label of another service of the group",
        "married",
        "short: Гэрлэлт",
        "short: Жолооны үнэмлэх",
        "key 'short': 'Жолооны үнэмлэх' is the short of nlu_data/services/licence.yml too; ",
    ),
    Mistake(
        "unknown neighbour",
        "fines",
        "neighbours: [licence]",
        "neighbours: [license]",
        "key 'neighbours': no such service 'license'; did you mean 'licence'?",
    ),
    Mistake(
        "neighbour of itself",
        "fines",
        "neighbours: [licence]",
        "neighbours: [fines]",
        "key 'neighbours': names the service itself; remove it",
    ),
    Mistake(
        "answer longer than three SMS",
        "licence",
        "Бүрдүүлэх: {documents}.",
        "Бүрдүүлэх баримт бичиг: {documents}. " * 5,
        "key 'say.answer': is 4 SMS (239 characters) when filled; "
        "shorten it to 3 SMS, that is 201 characters",
    ),
    Mistake(
        "Latin letter inside a Cyrillic word",
        "married",
        "none: Бүртгэл",
        "none: Бүртгэл aлга,",
        "key 'say.none': Latin letters inside the Cyrillic word 'aлга'; "
        "write the whole word in Cyrillic",
    ),
    Mistake(
        "letter of another alphabet",
        "married",
        "none: Бүртгэл",
        "none: Бїртгэл",
        "key 'say.none': 'ї' is not a Mongolian letter; write 'ү'",
    ),
    Mistake(
        "decomposed letters",
        "married",
        "Бүртгэл алга.",
        NFD_BROKEN,
        "key 'say.none': is not NFC; save the file as NFC: й and ё as one character",
    ),
    Mistake(
        "empty text",
        "licence",
        "short: Жолооны үнэмлэх",
        "short: ' '",
        "key 'short': is not a text; write a text, in quotes if it has ': ' in it",
    ),
    Mistake(
        "truth value in place of a text",
        "licence",
        "short: Жолооны үнэмлэх",
        "short: true",
        "key 'short': is not a text; write a text, in quotes if it has ': ' in it",
    ),
    Mistake(
        "list in place of a mapping of names",
        "fines",
        "only: {isPaid: false}",
        "only: [isPaid]",
        "key 'khur.only': is not a mapping of single values; write `{name: value}`",
    ),
    Mistake(
        "fact without a value",
        "licence",
        "value: [иргэний үнэмлэх, зураг], ",
        "",
        "key 'facts.documents.value': is missing; add it",
    ),
    Mistake(
        "fact that is not named like one",
        "licence",
        "documents: {value",
        "Documents: {value",
        "key 'facts.Documents': is not a name; use small Latin letters, digits and _",
    ),
    Mistake(
        "phrase too long",
        "licence",
        "эрх ес",
        "эрх ес" * 40,
        "key 'phrases': 'эрх есэрх есэрх есэрх есэрх ес' has 240 characters; "
        "keep each between 1 and 120",
    ),
    Mistake(
        "text in place of a mapping",
        "married",
        "consent: {purpose: гэрлэлт шалгах, data: гэрлэлтийн бүртгэл}",
        "consent: гэрлэлт шалгах",
        "key 'consent': is not a mapping; write it as `key: value` lines",
    ),
]


@pytest.mark.parametrize("mistake", SERVICE_MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_in_a_service_names_file_key_and_remedy(
    mistake: Mistake, tmp_path: Path
) -> None:
    root = write_folder(tmp_path)
    path = f"services/{mistake.file}.yml"
    edit(root, path, mistake.old, mistake.new)

    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)

    lines = str(caught.value).splitlines()
    wanted = f"nlu_data/{path}: {mistake.message}"
    assert any(line.startswith(wanted) for line in lines), "\n".join(lines)


TABLE_MISTAKES = [
    Mistake(
        "unknown slot type",
        "slots.yml",
        "type: plate",
        "type: plat",
        "key 'plate_number.type': no such slot type 'plat'; did you mean 'plate'?",
    ),
    Mistake(
        "choice without options",
        "slots.yml",
        ", options: {ub: Улаанбаатар}",
        "",
        "key 'place.options': and `type: choice` go together; give both or neither",
    ),
    Mistake(
        "unknown key of a slot",
        "slots.yml",
        "type: plate,",
        "type: plate, personnel: true,",
        "key 'plate_number.personnel': no such key; did you mean 'personal'?",
    ),
    Mistake(
        "Latin letter in a question",
        "slots.yml",
        "ask: Аль он?",
        "ask: Aль он?",
        "key 'year.ask': Latin letters inside the Cyrillic word 'Aль'; ",
    ),
    Mistake(
        "source without an address",
        "sources.yml",
        "where: https://police.gov.mn, ",
        "",
        "key 'police.where': is missing; add it",
    ),
    Mistake(
        "unknown source of a helpline",
        "helplines.yml",
        "source: police, verify",
        "source: polise, verify",
        "key '2.source': no such source 'polise'; did you mean 'police'?",
    ),
    Mistake(
        "helpline that cannot be called",
        "helplines.yml",
        "number: '102'",
        "number: police",
        "key '1.number': is not a number to call; write digits alone",
    ),
    Mistake(
        "short name of a helpline too long",
        "helplines.yml",
        "short: Лавлах",
        "short: Засгийн газрын лавлах утас",
        "key '2.short': has 26 characters, at most 24 fit; shorten it",
    ),
    Mistake(
        "short name of a helpline with a Latin letter",
        "helplines.yml",
        "short: Лавлах",
        "short: Лaвлах",
        "key '2.short': Latin letters inside the Cyrillic word 'Лaвлах'; "
        "write the whole word in Cyrillic",
    ),
    Mistake(
        "category without a title",
        "categories.yml",
        "civil: Иргэний бүртгэл",
        "civil:",
        "key 'civil': is missing; add it",
    ),
    Mistake(
        "file that is not YAML",
        "services/licence.yml",
        "say:\n",
        "say: [\n",
        "is not YAML at line ",
    ),
    Mistake(
        "text with a colon and no quotes",
        "services/licence.yml",
        "title: Жолооны",
        "title: Жолооны: шинэ",
        "is not YAML at line 5: mapping values are not allowed in this context; "
        "mend that line: quote texts that hold ': ' or begin with {",
    ),
    Mistake(
        "key that stands twice",
        "services/licence.yml",
        "kind: info",
        "kind: info\nkind: info",
        "is not YAML at line 4: the key 'kind' stands twice; ",
    ),
    Mistake(
        "operations that are not JSON",
        "khur_operations.json",
        "[",
        "",
        "is not JSON (",
    ),
    Mistake(
        "operation without its name",
        "khur_operations.json",
        '"op"',
        '"operation"',
        "is not a list of operations (KeyError: 'op'); take the file from its source again",
    ),
]


@pytest.mark.parametrize("mistake", TABLE_MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_in_any_file_names_file_key_and_remedy(mistake: Mistake, tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, mistake.file, mistake.old, mistake.new)

    _, problems = read_catalogue(root)

    lines = [str(problem) for problem in problems]
    wanted = f"nlu_data/{mistake.file}: {mistake.message}"
    assert any(line.startswith(wanted) for line in lines), "\n".join(lines)


@pytest.mark.parametrize(
    "name", ["slots.yml", "categories.yml", "sources.yml", "helplines.yml", "khur_operations.json"]
)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / name).unlink()
    _, problems = read_catalogue(root)
    wanted = f"nlu_data/{name}: cannot be read (No such file or directory); put the file there"
    assert wanted in [str(problem) for problem in problems]


def test_a_file_is_named_as_an_id(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "licence.yml").rename(root / "services" / "Licence-2.yml")
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems if one.key == "id"] == [
        "nlu_data/services/Licence-2.yml: key 'id': 'licence' is not the file's name; "
        "write `id: Licence-2`",
        "nlu_data/services/Licence-2.yml: key 'id': 'Licence-2' is not a name; "
        "rename the file: 3-40 small Latin letters, digits and _, a letter first",
    ]


def test_a_number_may_stand_where_a_text_is_wanted(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "as_of: 2026-10-09", "as_of: 2026")
    assert load_catalogue(root).services["fines"].facts["fee_mnt"].as_of == "2026"


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "empty.yml").write_text("# nothing yet\n", encoding="utf-8")
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems] == [
        "nlu_data/services/empty.yml: is empty; fill it, or remove it"
    ]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "old.yml").write_bytes("id: хуучин".encode("cp1251"))
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems] == [
        "nlu_data/services/old.yml: is not UTF-8 at byte 4; save it as UTF-8"
    ]


def test_a_list_of_helplines_must_be_a_list(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "helplines.yml").write_text("police: 102\n", encoding="utf-8")
    _, problems = read_catalogue(root)
    assert [problem.what for problem in problems] == ["is not a list"]


def test_every_mistake_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "agency:", "agensy:")
    edit(root, "services/fines.yml", "source: police", "source: polise")
    edit(root, "services/licence.yml", "category: civil", "category: civl")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)
    first, *lines = str(caught.value).splitlines()
    assert first == "3 problem(s) in nlu_data/"
    assert [line.split(":")[0] for line in lines] == [
        "nlu_data/services/fines.yml",
        "nlu_data/services/fines.yml",
        "nlu_data/services/licence.yml",
    ]
