"""What a right folder is read into."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalogue.loader import Catalogue, load_catalogue
from bot.catalogue.samples import SLOT_TYPES
from bot.catalogue.service import Approval, Booking, Branch, Fact, Helpline, Kind, Say
from bot.catalogue.tables import MAX_HELPLINE_CHARS
from bot.language.values import KINDS
from tests.catalogue.folder import edit, write_folder

SHIPPED = Path(__file__).parents[2] / "nlu_data"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(write_folder(tmp_path))


def test_services_stand_in_menu_order(catalogue: Catalogue) -> None:
    assert list(catalogue.services) == ["fines", "booking", "licence", "married", "request"]
    assert [one.id for one in catalogue.by_category("transport")] == ["fines"]
    assert catalogue.by_category("nothing") == ()


def test_a_service_is_read_whole(catalogue: Catalogue) -> None:
    fines = catalogue.services["fines"]
    assert (fines.kind, fines.approval, fines.ask) == (
        Kind.DATA_FETCH,
        Approval.OTP,
        ("plate_number",),
    )
    assert fines.khur is not None
    assert fines.khur.send == {"regnum": "register_number", "plateNumber": "plate_number"}
    assert fines.khur.only == {"isPaid": False}
    assert fines.khur.keep == {"amount": "mnt", "passDate": "date", "isPaid": "bool"}
    assert fines.facts["fee_mnt"] == Fact("fee_mnt", 20000, "police", "2026-10-09", verify=True)
    assert fines.say.row == "{passDate} {amount}₮"
    assert (fines.life_events, fines.neighbours) == (("bought_vehicle",), ("licence",))
    assert len(fines.phrases) == 15
    assert fines.source_file == "nlu_data/services/fines.yml"


def test_what_a_file_leaves_out_is_empty(catalogue: Catalogue) -> None:
    licence = catalogue.services["licence"]
    assert (licence.agency, licence.khur, licence.booking, licence.consent) == (None,) * 4
    assert (licence.ask, licence.neighbours, licence.life_events) == ((), (), ())
    assert licence.approval is Approval.NONE
    assert not licence.sensitive


def test_yes_and_no_of_a_branch_are_its_keys(catalogue: Catalogue) -> None:
    say = catalogue.services["married"].say
    assert say.found == Branch("isMarried", "{marriedDate}-нд гэрлэсэн.", "Гэрлээгүй.")
    assert list(say.texts()) == ["found.yes", "found.no", "none"]


def test_a_booking_names_its_operations(catalogue: Catalogue) -> None:
    booking = catalogue.services["booking"].booking
    assert booking == Booking(*["WS1_fines"] * 6)
    assert booking.operations == ("WS1_fines",) * 6


def test_an_operation_tells_its_fields_and_the_fields_of_its_rows(catalogue: Catalogue) -> None:
    operation = catalogue.operations["WS1_fines"]
    assert operation.inputs == ("regnum",)
    assert operation.outputs == {"listData", "loose", "owner"}
    assert operation.row_fields == {
        "listData": frozenset({"amount", "passDate", "isPaid"}),
        "loose": frozenset(),
    }


def test_rows_that_the_portal_does_not_describe_are_not_checked(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "rows: listData", "rows: loose")
    assert load_catalogue(root).services["fines"].khur is not None


def test_operations_that_the_portal_leaves_out_stand_in_a_second_file(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    text = (root / "khur_operations.json").read_text(encoding="utf-8")
    (root / "khur_extra.json").write_text(text.replace("WS1_", "WS9_"), encoding="utf-8")
    assert {"WS1_fines", "WS9_fines"} <= set(load_catalogue(root).operations)


def test_helplines_keep_their_order(catalogue: Catalogue) -> None:
    assert catalogue.helplines == (
        Helpline(
            name="Цагдаа",
            number="102",
            note=None,
            source="police",
            verify=False,
            emergency=True,
            short="Цагдаа",
            phrases=(),
            service=None,
        ),
        Helpline(
            name="Засгийн газрын лавлах",
            number="1111",
            note="Үнэгүй",
            source="police",
            verify=True,
            emergency=False,
            short="Лавлах",
            phrases=(),
            service="licence",
        ),
    )


def test_the_shipped_emergency_numbers_stand_in_order_of_need_and_fit_a_list() -> None:
    lines = load_catalogue(SHIPPED).helplines
    urgent = [line.number for line in lines if line.emergency]
    assert urgent == ["103", "102", "101", "105", "108", "109", "100"]
    assert [line.number for line in lines if len(line.short) > MAX_HELPLINE_CHARS] == []


def test_slots_and_sources_are_read(catalogue: Catalogue) -> None:
    assert catalogue.slots["register_number"].personal
    assert catalogue.slots["place"].options == {"ub": "Улаанбаатар"}
    assert catalogue.sources["police"].as_of is None
    assert list(catalogue.categories) == ["transport", "civil"]


def test_the_digest_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    before = load_catalogue(root).digest
    assert load_catalogue(root).digest == before
    edit(root, "categories.yml", "Тээвэр", "Тээврүүд")
    assert load_catalogue(root).digest != before


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("fee_mnt", 20000, "20,000"),
        ("fee_mnt", 0, "0"),
        ("days", 20000, "20000"),
        ("rate", Decimal("0.5"), "0.5"),
        ("documents", ("үнэмлэх", "зураг"), "үнэмлэх, зураг"),
        ("place", "Хороо", "Хороо"),
    ],
)
def test_a_fact_is_said_as_text(
    name: str, value: str | int | Decimal | tuple[str, ...], text: str
) -> None:
    assert Fact(name, value, "police", None, verify=False).text == text


def test_a_service_says_nothing_before_it_is_written() -> None:
    assert Say().texts() == {}


def test_slot_types_are_those_that_can_be_read() -> None:
    assert SLOT_TYPES == KINDS


def test_the_shipped_catalogue_is_without_problems() -> None:
    started = time.perf_counter()
    catalogue = load_catalogue(SHIPPED)
    assert time.perf_counter() - started < 2
    assert catalogue.services
    assert {line.number for line in catalogue.helplines} >= {"102", "103", "1111"}
