"""Every operation of the catalogue, every citizen, every WSDL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import httpx
import pytest
import yaml
import zeep

from actions.khur import Answer, Approval, Fields, KhurClient, KhurError, NotFound, Value
from actions.khur.envelope import Sendable
from actions.khur.fields import spellings
from actions.khur.operations import FieldType, Operation
from actions.khur.simulator.answers import ANSWERS
from actions.khur.simulator.gateway import FOR_EVERYBODY, NEEDS_FILE, is_personal
from actions.khur.simulator.invent import load_words
from actions.khur.simulator.people import Person, birth_of, load_people
from actions.khur.simulator.wsdl import input_names
from tests.khur.served import CATALOGUE, NOBODY, OPERATIONS, RICH, Served, approved, failure

TODAY = date(2026, 11, 23)
COMMON = {
    "regnum": RICH,
    "civilId": "110840317621",
    "parentRegnum": RICH,
    "regNumberA": RICH,
    "childRegnum": "УС10272624",
    "plateNumber": "5521УБЗ",
    "plateNo": "5521УБЗ",
    "cabinNumber": "ZVW30-5031178",
    "barcode": "26110400871",
    "studentID": "D200604418",
    "passportNumber": "E0117742",
    "imei": "490154203237518",
    "body": "Гэрэлтүүлэг асахгүй байна.",
    "sessionId": "4471020",
    "proprietaryName": "парацетамол",
    "hospitalId": "101",
    "serviceId": "S11",
    "num": "1",
    "verifyCode": "1",
    "startDate": "2026-11-23",
    "endDate": "2026-11-30",
    "date": "2026-11-24",
}
KINDS = {
    "int": re.compile(r"-?\d+"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "Decimal": re.compile(r"-?\d+(\.\d+)?"),
    "bool": re.compile("true|false"),
    "XypDate": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"),
}


def _sent(operation: Operation) -> dict[str, Sendable]:
    return {name: COMMON[name] for name in input_names(operation) if name in COMMON}


async def _answer(
    client: KhurClient, operation: Operation, approval: Approval
) -> Answer | KhurError:
    given = approval if is_personal(operation) else None
    try:
        return await client.call(operation.name, _sent(operation), given)
    except KhurError as error:
        return error


def test_every_catalogue_operation_answers_the_citizen_who_has_everything(khur: Served) -> None:
    async def use(client: KhurClient) -> dict[str, Answer | KhurError]:
        approval = await approved(client, khur.state, RICH, CATALOGUE)
        return {name: await _answer(client, OPERATIONS[name], approval) for name in CATALOGUE}

    answers = khur.run(use)
    assert len(answers) == 164
    assert [error for error in answers.values() if isinstance(error, KhurError)] == []
    wrong = [
        problem
        for name, answer in answers.items()
        if isinstance(answer, Answer)
        for problem in _undocumented(OPERATIONS[name], OPERATIONS[name].reply, answer.fields)
    ]
    assert wrong == []
    assert {seen.unknown_fields for seen in khur.state.requests} == {()}


def _undocumented(
    operation: Operation, model: Mapping[str, FieldType], fields: Fields, place: str = ""
) -> list[str]:
    known = {spelling: kind for name, kind in model.items() for spelling in spellings(name)}
    problems: list[str] = []
    for name, value in fields.items():
        here = f"{operation.name}{place}.{name}"
        if name not in known:
            problems.append(here)
            continue
        for item in value if isinstance(value, list) else [value]:
            problems += _mistyped(operation, known[name], item, here, f"{place}.{name}")
    return problems


def _mistyped(
    operation: Operation, kind: FieldType, value: Value, here: str, place: str
) -> list[str]:
    model = operation.models.get(kind.item)
    if model is not None:
        return _undocumented(operation, model, value, place) if isinstance(value, dict) else [here]
    pattern = KINDS.get(kind.item)
    if pattern is None or value is None:
        return []
    return [] if isinstance(value, str) and pattern.fullmatch(value) else [f"{here}={value}"]


def test_the_citizen_without_records_is_in_no_register(khur: Served) -> None:
    operations = [
        name
        for name in CATALOGUE
        if name.startswith("WS1") and is_personal(OPERATIONS[name]) and name not in FOR_EVERYBODY
    ]

    async def use(client: KhurClient) -> set[type[KhurError]]:
        approval = await approved(client, khur.state, NOBODY, operations)
        sent = {"regnum": NOBODY, "parentRegnum": NOBODY}
        return {type(await failure(client.call(name, sent, approval))) for name in operations}

    assert khur.run(use) == {NotFound}


def test_an_answer_is_the_same_when_it_is_asked_for_again(khur: Served) -> None:
    async def use(client: KhurClient) -> tuple[Fields, Fields]:
        loans = "WS100831_citizenLoanInfo"
        approval = await approved(client, khur.state, RICH, [loans])
        first = await client.call(loans, {"regnum": RICH}, approval)
        return first.fields, (await client.call(loans, {"regnum": RICH}, approval)).fields

    first, second = khur.run(use)
    assert first == second
    assert "listData" in first


def test_a_public_answer_names_nobody(khur: Served) -> None:
    public = [name for name in CATALOGUE if not is_personal(OPERATIONS[name])]

    async def use(client: KhurClient) -> str:
        said = [(await client.call(name, {})).fields for name in public if name not in ANSWERS]
        return str(said)

    said = khur.run(use)
    people = load_people(TODAY)
    assert not [p.regnum for p in people.values() if p.regnum in said or p.phone[4:] in said]


@pytest.mark.parametrize("group", sorted({operation.group for operation in OPERATIONS.values()}))
def test_every_group_has_a_wsdl_with_its_operations(khur: Served, group: str) -> None:
    text = httpx.get(f"{khur.url}/{group}-1.5.0/ws?WSDL").text
    names = {o.name for o in OPERATIONS.values() if o.group == group}
    assert set(re.findall(r'portType name="\w+">|operation name="(\w+)"', text)) - {""} == names
    assert f'targetNamespace="http://{group}.xyp.gov.mn/"' in text
    assert f'location="{khur.url}/{group}-1.5.0/ws"' in text


@pytest.mark.parametrize("group", ["meta", "citizen", "transport", "labor_welfare"])
def test_zeep_loads_the_wsdl(khur: Served, group: str) -> None:
    client = zeep.Client(f"{khur.url}/{group}-1.5.0/ws?WSDL")
    operations = {name for name in dir(client.service) if name[:2] in {"WS", "GS", "PS"}}
    assert operations == {o.name for o in OPERATIONS.values() if o.group == group}
    client.transport.session.close()


@pytest.mark.parametrize("path", ["nothing-1.5.0/ws?WSDL", "citizen-1.5.0/ws"])
def test_there_is_no_wsdl_elsewhere(khur: Served, path: str) -> None:
    assert httpx.get(f"{khur.url}/{path}").status_code == 404


PEOPLE = list(load_people(TODAY).values())


@pytest.mark.parametrize("person", PEOPLE, ids=[person.regnum for person in PEOPLE])
def test_an_invented_citizen_is_well_formed(person: Person) -> None:
    for regnum in (person.regnum, *(relative.regnum for relative in person.relatives)):
        assert re.fullmatch(r"[А-ЯЁӨҮ]{2}\d{8}", regnum)
        assert birth_of(regnum) < TODAY
    assert re.fullmatch(r"\+9768800\d{4}", person.phone)
    assert re.fullmatch(r"\d{12}", person.civil_id)
    assert all(re.fullmatch(r"\d{4}[А-ЯӨҮ]{3}", vehicle.plate) for vehicle in person.vehicles)


def test_there_are_ten_citizens_of_all_ages() -> None:
    people = load_people(TODAY)
    ages = {(TODAY - person.born).days // 365 // 20 for person in people.values()}
    assert len(people) == 10
    assert ages == {1, 2, 3}


def test_data_files_name_real_operations_and_registers() -> None:
    needs = yaml.safe_load(NEEDS_FILE.read_text("utf-8"))
    named = [name for names in needs.values() for name in names]
    assert sorted(set(named)) == sorted(named)
    assert set(named) - OPERATIONS.keys() == set()
    assert ANSWERS.keys() - OPERATIONS.keys() == set()
    assert set(CATALOGUE) - OPERATIONS.keys() == set()
    words = load_words()
    fields = {f for o in OPERATIONS.values() for m in o.models.values() for f in m}
    shapes = [*words.shapes.values(), *words.by_operation.values()]
    parts = {part for shape in shapes for part in shape}
    unused = {key.rpartition(".")[2] for key in words.fields} - fields - parts
    assert unused == set()
