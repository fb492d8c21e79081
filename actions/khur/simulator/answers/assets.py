"""Answers about estates, companies, taxes, diplomas and schooling."""

from __future__ import annotations

from collections.abc import Callable

from actions.khur.simulator.answers.call import Answerer, Call
from actions.khur.simulator.people import Company, Person, Relative
from actions.khur.simulator.records import Partial

_NO_GUN: Partial = {"lockNo": None, "barrelNo": None}
TAXED_AND_UNPAID = frozenset({"Орон сууц"})
MNT_PER_M2 = 1000
"""A round rate for made-up invoices; no statement of the law."""
OWNED = "Өмчилсөн"
SCHOOL_STARTS = 9
"""September."""


def _estates(call: Call) -> Partial | None:
    if not call.person.estates:
        return None
    names = call.person.names
    return {
        "listData": [
            {
                "propertyNationRegisterNumber": e.number,
                "codeName": e.kind,
                "propertySize": e.size_m2,
                "serviceName": "Өмчлөх эрхийн бүртгэл",
                "serviceDate": e.since.isoformat(),
                "lastname": names.lastname,
                "firstname": names.firstname,
                "ownershipStatus": OWNED,
                "fullAddress": call.person.address.full,
                "movedDate": None,
                "movedCount": None,
                "movedJustification": None,
            }
            for e in call.person.estates
        ]
    }


def _estates_english(call: Call) -> Partial | None:
    if not call.person.estates:
        return None
    return {
        "data": [
            {
                "prprtyNationRegistNo": e.number,
                "codeNm": "Apartment" if "сууц" in e.kind else "Property",
                "prprtySize": e.size_m2,
                "registDe": e.since.isoformat(),
                "fathrSurnm": call.person.latin.lastname,
                "personSurnm": call.person.latin.firstname,
            }
            for e in call.person.estates
        ]
    }


def _estate(call: Call) -> Partial | None:
    wanted = call.text("propertyNumber")
    for e in call.person.estates:
        if not wanted or e.number == wanted:
            names = call.person.names
            return {
                "prprtyType": e.kind,
                "prprtyNatNum": e.number,
                "prprtySize": e.size_m2,
                "prprtyUsage": e.usage,
                "fullAddress": call.person.address.full,
                "ownerList": [
                    {
                        "foreName": names.surname,
                        "lastName": names.lastname,
                        "firstname": names.firstname,
                        "regnum": call.person.regnum,
                    }
                ],
                "prprtyHistory": [
                    {
                        "serviceName": "Өмчлөх эрхийн бүртгэл",
                        "registerDate": e.since.isoformat(),
                        "ownerName": names.firstname,
                        "registeredStatus": OWNED,
                    }
                ],
            }
    return None


def _has_estates(call: Call) -> Partial:
    count = len(call.person.estates)
    return {"propertyCount": count, "status": "Хөрөнгөтэй" if count else "Хөрөнгөгүй"}


def _companies(call: Call) -> Partial | None:
    if not call.person.companies:
        return None
    return {"listData": [{"lesNumber": c.number, "name": c.name} for c in call.person.companies]}


def _organisations(call: Call) -> Partial | None:
    if not call.person.companies:
        return None
    return {
        "listData": [
            {"orgRegnum": c.number, "orgName": c.name, "orgDate": c.since.isoformat()}
            for c in call.person.companies
        ]
    }


def _founds_nothing(call: Call) -> Partial:
    return {"checked": bool(call.person.companies)}


def _company(call: Call) -> tuple[Person, Company] | None:
    """The company named by its own number; by the founder's register number, their first."""
    number = call.text("legalEntityNumber") or call.text("regnum")
    for person in call.state.people.values():
        for company in person.companies:
            if number in (company.number, person.regnum):
                return person, company
    return None


def _company_name(call: Call) -> Partial | None:
    found = _company(call)
    return None if found is None else {"legalEntityName": found[1].name}


def _company_open(call: Call) -> Partial | None:
    found = _company(call)
    if found is None:
        return None
    person, company = found
    return {
        "general": {
            "companyRegnum": company.number,
            "companyName": company.name,
            "createdDate": company.since.isoformat(),
            "statusName": "Идэвхтэй",
        },
        "generalR": {
            "firstName": person.names.firstname,
            "lastName": person.names.lastname,
            "positionName": "Гүйцэтгэх захирал",
        },
        "founder": [
            {"firstName": person.names.firstname, "lastName": person.names.lastname}
            | {"sharePercent": "100"}
        ],
    }


def _company_full(call: Call) -> Partial | None:
    found = _company(call)
    if found is None or found[0].regnum != call.person.regnum:
        return None
    person, company = found
    return {
        "firstName": person.names.firstname,
        "lastName": person.names.lastname,
        "surname": person.names.surname,
        "regnum": person.regnum,
        "general": [
            {
                "companyRegnum": company.number,
                "companyName": company.name,
                "createdDate": company.since.isoformat(),
                "profitTypeName": "Хязгаарлагдмал хариуцлагатай компани",
                "ownershipTypeName": "Хувийн",
                "companyFounderCount": 1,
            }
        ],
        "liquidation": [],
        "changeFond": [],
        "changeName": [],
        "branch": [],
        "bank": [],
    }


def _unpaid_tax(call: Call) -> Partial | None:
    certificate = _digits(call.text("certificateNo"))
    if certificate:
        return _unpaid_estate_tax(call, certificate)
    unpaid = [v for v in call.own_vehicles() if v.inspected.year < call.today.year]
    return {
        **_NO_GUN,
        "regNumber": unpaid[0].plate if unpaid else None,
        "chassisNo": unpaid[0].cabin if unpaid else None,
        "model": unpaid[0].model if unpaid else None,
        "mark": unpaid[0].mark if unpaid else None,
        "certificateNo": None,
        "invoices": [
            _tax_invoice(call, v.cabin[-5:], "Авто тээврийн хэрэгслийн албан татвар", v.tax_mnt)
            for v in unpaid
        ],
    }


def _unpaid_estate_tax(call: Call, certificate: str) -> Partial | None:
    estate = next((e for e in call.person.estates if _digits(e.number) == certificate), None)
    if estate is None:
        return None
    due = int(float(estate.size_m2)) * MNT_PER_M2
    invoice = _tax_invoice(call, certificate[-5:], "Үл хөдлөх эд хөрөнгийн албан татвар", due)
    vehicle = dict.fromkeys(("regNumber", "chassisNo", "model", "mark"))
    return {
        **_NO_GUN,
        **vehicle,
        "certificateNo": estate.number,
        "invoices": [invoice] if estate.kind in TAXED_AND_UNPAID else [],
    }


def _tax_invoice(call: Call, tail: str, kind: str, amount_mnt: int) -> Partial:
    year = call.today.year
    return {
        "invoiceNo": f"T{year}{tail}",
        "taxTypeName": kind,
        "year": year,
        "amount": amount_mnt,
    }


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _diplomas(call: Call) -> Partial | None:
    if not call.person.diplomas:
        return None
    return {
        "listData": [
            {
                "educationId": d.number,
                "institutionName": d.school,
                "dergeeName": d.degree,
                "conferYear": str(d.year),
                "programName": d.programme,
            }
            for d in call.person.diplomas
        ]
    }


def _diploma_by_number(call: Call) -> Partial | None:
    wanted = call.text("studentID") or call.text("educationId")
    for person in call.state.people.values():
        for d in person.diplomas:
            if d.number == wanted:
                return {
                    "regnum": None,
                    "lastName": None,
                    "firstName": None,
                    "institutionName": d.school,
                    "programName": d.programme,
                    "degreeName": d.degree,
                    "degreeNumber": d.number,
                    "configYear": str(d.year),
                }
    return None


def _school_certificate(call: Call) -> Partial | None:
    return _certificate(call, max)


def _kindergarten_certificate(call: Call) -> Partial | None:
    return _certificate(call, min)


def _certificate(call: Call, pick: Callable[[list[int]], int]) -> Partial | None:
    """The certificate of the oldest (max) or the youngest (min) child who goes somewhere."""
    ages = {(call.today - c.born).days: c for c in call.person.related("child") if c.school}
    child = ages[pick(list(ages))] if ages else None
    if child is None:
        return None
    start = call.today.year if call.today.month >= SCHOOL_STARTS else call.today.year - 1
    return {
        "regnum": child.regnum,
        "lastname": child.lastname,
        "firstname": child.firstname,
        "schoolName": child.school,
        "academicLevelName": child.level,
        "academicYearFrom": str(start),
        "academicYearTo": str(start + 1),
    }


def _preschooler(call: Call) -> Relative | None:
    children = call.person.related("child")
    return max(children, key=lambda child: child.born, default=None)


def _kindergarten(call: Call) -> Partial | None:
    child = _preschooler(call)
    if child is None:
        return None
    return {
        "regnum": child.regnum,
        "lastName": child.lastname,
        "firstName": child.firstname,
        "birthDate": child.born,
        "requestStatusName": "Бүртгэгдсэн",
        "contactPhone": call.person.phone.removeprefix("+976"),
    }


def _kindergarten_place(call: Call) -> Partial | None:
    child = _preschooler(call)
    if child is None:
        return None
    return {
        "listData": [
            {"regnum": child.regnum, "lastname": child.lastname, "firstname": child.firstname}
        ]
    }


ANSWERS: dict[str, Answerer] = {
    "PS100110_resultKindergartenEnrollment": _kindergarten_place,
    "WS100155_citizenGraduateSchoolList": _diplomas,
    "WS100156_citizenGraduateSchoolInfo": _diploma_by_number,
    "WS100201_getPropertyInfo": _estate,
    "WS100202_getPropertyList": _estates,
    "WS100203_isPropertyCheck": _has_estates,
    "WS100251_getPropertyInfoEng": _estates_english,
    "WS100306_getNonLegalEntityInfo": _founds_nothing,
    "WS100307_getLegalEntityInfoWithRegnum": _company_full,
    "WS100313_citizenLegalEntityList": _companies,
    "WS100316_legalEntityOpenData": _company_open,
    "WS100328_checkLegalEntityNameInfo": _company_name,
    "WS100331_citizenLegalEntityInfoList": _organisations,
    "WS100636_UnpaidTaxInformationService": _unpaid_tax,
    "WS101124_citizenHighSchoolDescription": _school_certificate,
    "WS101125_citizenKindergartenDescription": _kindergarten_certificate,
    "WS400105_checkKindergartenEnrollment": _kindergarten,
}
