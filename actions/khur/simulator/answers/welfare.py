"""Answers about child money, household means and the livestock census."""

from __future__ import annotations

from actions.khur.simulator.answers.call import NOT_FOUND, Answerer, Call, Rejected
from actions.khur.simulator.people import Person
from actions.khur.simulator.records import Partial


def _child_money(call: Call) -> Partial | None:
    minors = _minors(call.person, call)
    if not minors:
        return None
    return {"info": f"{minors} хүүхэд хүүхдийн мөнгөний эрхтэй. Эрх хүчинтэй."}


def _minors(person: Person, call: Call) -> int:
    adult_days = 18 * 365
    return sum((call.today - c.born).days < adult_days for c in person.related("child"))


def _child_threshold(call: Call) -> Partial:
    return {"info": "Босго оноог хангасан."}


def _food_threshold(call: Call) -> Partial:
    return {"info": "Хүнсний эрхийн бичгийн босго оноог хангаагүй."}


def _child_requests(call: Call) -> Partial | None:
    children = call.person.related("child")
    if not children:
        return None
    since = call.today.replace(day=1)
    return {
        "regnum": call.person.regnum,
        "fromType": 2,
        "childList": [
            {
                "userId": 9000 + i,
                "regnum": child.regnum,
                "firstName": child.firstname,
                "lastName": child.lastname,
                "requestDate": since.isoformat(),
                "description": "Мөнгөн хуримтлал авч байгаа",
                "bankName": "Төрийн банк",
                "months": [],
            }
            for i, child in enumerate(children)
        ],
    }


def _child_choice(call: Call) -> Partial:
    known = {child.regnum for p in call.state.people.values() for child in p.related("child")}
    if call.text("childRegnum") not in known:
        raise Rejected(NOT_FOUND)
    call.state.file(call.text("parentRegnum"), call.operation.name, call.texts())
    return {"code": 1, "result": "Хүсэлт хадгалагдлаа"}


def _household(call: Call) -> Partial:
    person = call.person
    children, spouses = person.related("child"), person.related("spouse")
    adults = [person, *(s for s in spouses if s.ended is None)]
    herd = person.herd
    animals = herd.camel + herd.horse + herd.cow + herd.sheep + herd.goat if herd else 0
    return {
        "memberSize": len(children) + len(adults),
        "children": [{"lastname": c.lastname, "firstname": c.firstname} for c in children],
        "adults": [
            {"lastname": person.names.lastname, "firstname": person.names.firstname}
            | {"memberType": "Өрхийн тэргүүн"},
            *(
                {"lastname": s.lastname, "firstname": s.firstname, "memberType": "Эхнэр/нөхөр"}
                for s in spouses
                if s.ended is None
            ),
        ],
        "propertyNum": len(person.estates),
        "carNum": len(person.vehicles),
        "malNum": animals,
        "averageSalary": str(sum(job.salary_mnt * 12 for job in person.jobs)),
        "isChildMoney": 1 if children else 0,
        "isRequestSignificance": 1,
        "isRequestAdmindata": 1,
    }


def _household_request(call: Call) -> Partial:
    call.state.file(call.person.regnum, call.operation.name, call.texts())
    return {"message": "Хүсэлт бүртгэгдлээ"}


def _livestock(call: Call) -> Partial | None:
    herd = call.person.herd
    if herd is None:
        return None
    person = call.person
    spouse = next((s for s in person.related("spouse") if s.ended is None), None)
    return {
        "year": call.number("year", call.today.year - 1),
        "regnum": person.regnum,
        "lastname": person.names.lastname,
        "firstname": person.names.firstname,
        "cityName": person.address.city,
        "districtName": person.address.district,
        "bagName": person.address.bag,
        "camelCount": herd.camel,
        "horseCount": herd.horse,
        "cowCount": herd.cow,
        "sheepCount": herd.sheep,
        "goatCount": herd.goat,
        "totalCount": herd.camel + herd.horse + herd.cow + herd.sheep + herd.goat,
        "spouseLastName": spouse.lastname if spouse else None,
        "spouseFirstName": spouse.firstname if spouse else None,
        "spouseRD": spouse.regnum if spouse else None,
    }


def _animals(person: Person) -> list[tuple[int, str, int]]:
    herd = person.herd
    if herd is None:
        return []
    names = ("Тэмээ", "Адуу", "Үхэр", "Хонь", "Ямаа")
    heads = (herd.camel, herd.horse, herd.cow, herd.sheep, herd.goat)
    return [(i + 1, n, h) for i, (n, h) in enumerate(zip(names, heads, strict=True)) if h]


def _census(call: Call) -> Partial | None:
    animals = _animals(call.person)
    if not animals:
        return None
    return {
        "listData": [
            {"livestockTypeCode": code, "livestockTypeName": name, "total": heads}
            for code, name, heads in animals
        ],
        "md": None,
        **dict.fromkeys(f"data{i}" for i in range(1, 17)),
    }


def _census_detail(call: Call) -> Partial | None:
    animals = _animals(call.person)
    if not animals:
        return None
    return {
        "listData": [
            {"livestockTypeName": name, "total": str(heads)} for _, name, heads in animals
        ]
    }


ANSWERS: dict[str, Answerer] = {
    "WS100519_checkChildMoney": _child_money,
    "WS100520_checkHouseHoldChild": _child_threshold,
    "WS100521_checkHouseHoldFood": _food_threshold,
    "WS100920_getChildRequestInfo": _child_requests,
    "WS100921_setChildRequest": _child_choice,
    "WS100926_householdScoreInfo": _household,
    "WS100927_householdScoreCheck": _household_request,
    "WS100929_householdScoreCalculateRequest": _household_request,
    "WS200102_citizenPastureInfo": _census,
    "WS200117_citizenLivestockInfo": _livestock,
    "WS200127_citizenLivestockList": _census_detail,
}
