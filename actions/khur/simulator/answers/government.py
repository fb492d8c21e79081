"""Answers of 11-11, the police's telephone search, trees, rates and KHUR's own access log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from actions.khur.simulator.answers.call import BAD_INPUT, NOT_FOUND, Answerer, Call, Rejected
from actions.khur.simulator.people import Complaint
from actions.khur.simulator.records import Partial
from actions.khur.simulator.state import Access, Filed

CREATE_COMPLAINT = "GS10058_CreateFeedbackSession"
PLANT = "GS10052_TreeRegister"
RATE = "GS10066_CreateComplaintRating"
COMPLAINT_KINDS = {"1": "Өргөдөл", "2": "Гомдол", "3": "Санал", "4": "Хүсэлт", "5": "Талархал"}
REGISTERED, SOLVED = "Бүртгэгдсэн", "Шийдвэрлэсэн"
STATUS_IDS = {REGISTERED: 1, "Шийдвэрлэж байна": 2, SOLVED: 3}
STATUS_SHORT = {1: "NEW", 2: "IN_PROGRESS", 3: "DONE"}
OFFICE = "Засгийн газрын 11-11 төв"
LOST_IMEI = "490154203237518"
"""The example IMEI of the GSM specifications: the one telephone that is being searched for."""
RATES = {
    "USD": ("Америк доллар", 3566),
    "EUR": ("Евро", 4130),
    "CNY": ("Юань", 501),
    "RUB": ("Рубль", 44),
    "KRW": ("Вон", 2),
    "JPY": ("Иен", 23),
}
DAYS_IN_A_RATE = 13
DOCUMENTS = ("Өргөдөл", "Иргэний үнэмлэх", "Эмнэлгийн магадлагаа")
DEPARTMENTS = (
    (1, "Улаанбаатар хотын ЗДТГ"),
    (2, "Архангай аймгийн ЗДТГ"),
    (3, "Эрүүл мэндийн яам"),
    (4, "Боловсролын яам"),
)


def _complaints(call: Call) -> Partial:
    filed = call.state.filed_as(CREATE_COMPLAINT, call.person.regnum)
    every = [*call.person.complaints, *map(_as_complaint, filed)]
    if not every:
        raise Rejected(NOT_FOUND)
    return {"listData": [_row(complaint) for complaint in every]}


def _as_complaint(filed: Filed) -> Complaint:
    return Complaint(
        number=filed.number,
        kind=COMPLAINT_KINDS.get(filed.fields.get("typeId", ""), "Өргөдөл"),
        day=filed.at.date(),
        office=OFFICE,
        status=REGISTERED,
        text=filed.fields.get("body", ""),
    )


def _row(complaint: Complaint) -> Partial:
    return {
        "sessionId": complaint.number,
        "typeName": complaint.kind,
        "responsibleOrganization": complaint.office,
        "statusId": STATUS_IDS[complaint.status],
        "statusName": complaint.status,
        "statusShort": STATUS_SHORT[STATUS_IDS[complaint.status]],
        "submittedAt": complaint.day.isoformat(),
    }


def _complaint(call: Call) -> Partial | None:
    wanted = call.number("sessionId")
    before = (c for person in call.state.people.values() for c in person.complaints)
    filed = map(_as_complaint, call.state.filed_as(CREATE_COMPLAINT))
    found = next((c for c in (*before, *filed) if c.number == wanted), None)
    return None if found is None else _detail(call, found)


def _detail(call: Call, complaint: Complaint) -> Partial:
    ratings = call.state.filed_as(RATE)
    day = complaint.day.isoformat()
    return {
        "sessionId": complaint.number,
        "typeName": complaint.kind,
        "body": complaint.text,
        "submittedAt": day,
        "lastStatusId": STATUS_IDS[complaint.status],
        "lastStatusName": complaint.status,
        "lastStatusShort": STATUS_SHORT[STATUS_IDS[complaint.status]],
        "lastResponsibleOrganization": complaint.office,
        "rated": any(f.fields.get("sessionId") == str(complaint.number) for f in ratings),
        "actions": [
            {
                "sequence": 1,
                "statusId": STATUS_IDS[REGISTERED],
                "statusName": REGISTERED,
                "responsibleOrganization": OFFICE,
                "processedAt": day,
                "reason": None,
            }
        ],
    }


def _create_complaint(call: Call) -> Partial:
    if not call.text("body"):
        raise Rejected(BAD_INPUT)
    filed = call.state.file(call.text("clientRegnum"), call.operation.name, call.texts())
    return {"sessionId": filed.number}


def _rate(call: Call) -> Partial:
    return {"ratingId": call.state.file("", call.operation.name, call.texts()).number}


def _departments(call: Call) -> Partial:
    return {"departments": [{"id": number, "name": name} for number, name in DEPARTMENTS]}


def _plant(call: Call) -> Partial:
    call.state.file(call.person.regnum, call.operation.name, call.texts())
    return {}


def _trees(call: Call) -> Partial:
    planted = call.state.filed_as(PLANT, call.person.regnum)
    own: list[Partial] = [
        {
            "registeredNumber": str(f.number),
            "type": f.fields.get("type") or "Хайлаас",
            "createDate": f.at.date().isoformat(),
            "isConfirmed": False,
        }
        for f in planted
    ]
    first: Partial = {"registeredNumber": "1000417", "type": "Нарс", "isConfirmed": True}
    return {"listData": [first, *own]}


def _documents(call: Call) -> Partial:
    return {
        "code": call.text("serviceCode"),
        "name": "Асаргааны тэтгэмж",
        "documentList": [
            {"documentId": i, "documentCode": f"D{i}", "documentName": name, "isRequired": 1}
            for i, name in enumerate(DOCUMENTS, 1)
        ],
    }


def _imei(call: Call) -> Partial | None:
    if call.text("imei") != LOST_IMEI:
        return None
    return {
        "propertyDesc": "Гар утас",
        "description": "Эрэн сурвалжилж байгаа",
        "type": "Алдсан",
        "data": [
            {"imeiCode": LOST_IMEI, "brandName": "Samsung", "mark": "Galaxy A15", "color": "Хар"}
        ],
    }


def _rates(call: Call) -> Partial:
    day = call.text("date") or call.today.isoformat()
    drift = sum(map(ord, day)) % DAYS_IN_A_RATE
    return {
        "dataList": [
            {"code": code, "name": name, "price": f"{price + drift}.00", "date": day}
            for code, (name, price) in RATES.items()
        ]
    }


def _past_accesses(call: Call) -> Iterator[Access]:
    """Two accesses that other organisations had made before the simulator started."""
    now: datetime = call.state.now.replace(microsecond=0)
    for i, (organisation, operation, group) in enumerate(
        (
            ("Хаан банк", "WS100101_getCitizenIDCardInfo", "citizen"),
            ("Нийгмийн даатгалын ерөнхий газар", "WS100103_getCitizenAddressInfo", "citizen"),
        )
    ):
        yield Access(
            regnum=call.person.regnum,
            operation=operation,
            group=group,
            code=0,
            at=now - timedelta(days=9 + 12 * i, hours=i),
            request_id=f"past{i}",
            organisation=organisation,
        )


def _accesses(call: Call) -> Iterator[Access]:
    yield from _past_accesses(call)
    yield from (a for a in call.state.accesses if a.regnum == call.person.regnum)


def _access(access: Access) -> Partial:
    return {
        "citizenRegnum": access.regnum,
        "clientOrg": access.organisation,
        "operationName": access.operation,
        "resultCode": access.code,
        "serviceDate": access.at.replace(microsecond=0).isoformat(),
        "wsEndpoint": access.group,
    }


def _log(call: Call) -> Partial:
    wanted = call.text("operationName")
    return {
        "list": [
            {**_access(a), "authCitizen": True, "authOperator": False}
            for a in _accesses(call)
            if wanted in ("", a.operation)
        ]
    }


def _log_check(call: Call) -> Partial | None:
    wanted = call.text("requestId")
    found = [a for a in _accesses(call) if wanted in ("", a.request_id)]
    return _access(found[-1]) if found else None


ANSWERS: dict[str, Answerer] = {
    "GS10043_checkImei": _imei,
    PLANT: _plant,
    "GS10053_GetTreeRegister": _trees,
    "GS10057_FeedbackDimensionDepartments": _departments,
    CREATE_COMPLAINT: _create_complaint,
    RATE: _rate,
    "GS10068_GetPersonComplaintStatusList": _complaints,
    "GS10069_GetComplaintStatus": _complaint,
    "WS100003_getLog": _log,
    "WS100017_logCheck": _log_check,
    "WS100941_getServiceDocumentList": _documents,
    "WS100847_ExchangeRate": _rates,
}
