"""Answers of the civil register: identity, address, birth, marriage, names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from actions.khur.simulator.answers.call import Answerer, Call
from actions.khur.simulator.invent import latin
from actions.khur.simulator.people import Address, Names, Person, Relative
from actions.khur.simulator.records import Partial

MONGOLIA = "Монгол Улс"


def _names(names: Names) -> Partial:
    return {"surname": names.surname, "lastname": names.lastname, "firstname": names.firstname}


def _place(address: Address) -> Partial:
    return {
        "aimagCityCode": address.city_code,
        "aimagCityName": address.city,
        "soumDistrictCode": address.district_code,
        "soumDistrictName": address.district,
        "bagKhorooCode": address.bag_code,
        "bagKhorooName": address.bag,
        "addressStreetName": address.street,
        "addressDetail": address.door,
        "addressRegionName": None,
        "addressTownName": None,
        "addressApartmentName": None,
    }


def _sex(person: Person) -> str:
    return "Эрэгтэй" if person.is_male else "Эмэгтэй"


def _id_card(call: Call) -> Partial:
    person = call.person
    forever = person.card_expires == date.max
    moved = call.today - timedelta(days=2200)
    return {
        **_names(person.names),
        **_place(person.address),
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "personId": person.civil_id,
        "birthDate": person.born,
        "birthDateAsText": person.born.isoformat(),
        "birthPlace": person.birth_place,
        "gender": _sex(person),
        "nationality": "Халх",
        "passportNum": f"I{person.civil_id[-7:]}",
        "passportIssueDate": None if forever else _years_before(person.card_expires, 10),
        "passportExpireDate": None if forever else person.card_expires.isoformat(),
        "passportAddress": person.address.full,
        "listAddress": [{**_short_place(person.address), "registerDate": moved}],
    }


def _short_place(address: Address) -> Partial:
    place = dict(_place(address))
    for code in ("aimagCityCode", "soumDistrictCode", "bagKhorooCode", "addressDetail"):
        del place[code]
    return {**place, "addressDoor": address.door}


def _years_before(day: date, years: int) -> str:
    return day.replace(year=day.year - years).isoformat()


def _birth(call: Call) -> Partial:
    person = call.person
    return {
        **_names(person.names),
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "nationalityName": MONGOLIA,
        "birthDate": person.born,
        "birthDateAsText": person.born.isoformat(),
        "birthPlace": person.birth_place,
        "gender": _sex(person),
        "father": _parent(person, "father"),
        "mother": _parent(person, "mother"),
        "registrationDate": (person.born + timedelta(days=12)).isoformat(),
        "registrationCity": person.birth_place.split(",")[0],
        "registrationDistrict": person.birth_place.split(",")[-1].strip(),
        "registrationId": person.civil_id[-8:],
    }


def _parent(person: Person, relation: str) -> Partial | None:
    parents = person.related(relation)
    return _relative(parents[0], person.names.surname) if parents else None


def _relative(relative: Relative, surname: str) -> Partial:
    return {
        "regnum": relative.regnum,
        "civilId": f"11{relative.regnum[2:]}11",
        "surname": surname,
        "lastname": relative.lastname,
        "firstname": relative.firstname,
        "nationalityName": MONGOLIA,
    }


def _address(call: Call) -> Partial:
    person = call.person
    return {
        **_names(person.names),
        **_place(person.address),
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "fullAddress": person.address.full,
        "citizenship": MONGOLIA,
    }


def _couple(call: Call) -> tuple[Relative, Partial, Partial] | None:
    spouses = call.person.related("spouse")
    if not spouses:
        return None
    person = call.person
    own: Partial = {
        **_names(person.names),
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "country": MONGOLIA,
        "nationalityName": MONGOLIA,
    }
    other: Partial = {**_relative(spouses[0], person.names.surname), "country": MONGOLIA}
    husband, wife = (own, other) if person.is_male else (other, own)
    return spouses[0], husband, wife


def _marriage(call: Call) -> Partial | None:
    couple = _couple(call)
    if couple is None:
        return None
    spouse, husband, wife = couple
    address = call.person.address
    return {
        "husband": husband,
        "wife": wife,
        "isMarried": spouse.ended is None,
        "marriedDate": spouse.since and spouse.since.isoformat(),
        "registeredDate": spouse.since and spouse.since.isoformat(),
        "registeredCity": address.city,
        "registeredDistrict": address.district,
        "registeredId": f"Г{call.person.civil_id[-6:]}",
    }


def _divorce(call: Call) -> Partial | None:
    couple = _couple(call)
    if couple is None or couple[0].ended is None:
        return None
    spouse, husband, wife = couple
    ended = spouse.ended.isoformat() if spouse.ended else None
    return {
        "husband": husband,
        "wife": wife,
        "marriedDate": spouse.since and spouse.since.isoformat(),
        "cancelDate": ended,
        "courtDate": ended,
    }


def _no_marriage(call: Call) -> Partial:
    person = call.person
    return {
        "surname": person.names.surname,
        "lastName": person.names.lastname,
        "firstName": person.names.firstname,
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "sex": _sex(person),
        "status": "2" if person.related("spouse") else "1",
        "purpose": "Холбогдох газарт",
        "citizenship": MONGOLIA,
    }


def _death(call: Call) -> Partial | None:
    gone = next((r for r in call.person.relatives if r.died), None)
    if gone is None:
        return None
    return {
        "regnum": gone.regnum,
        "lastName": gone.lastname,
        "firstName": gone.firstname,
        "deceaseDate": gone.died,
        "deceaseCity": call.person.address.city,
        "deceaseDistrict": call.person.address.district,
        "deceasePlaceName": "Гэртээ",
        "deceaseCauseName": "Өвчний учир",
    }


def _children(call: Call) -> Partial | None:
    children = call.person.related("child")
    if not children:
        return None
    return {
        "listData": [
            {
                "regnum": child.regnum,
                "civilId": f"11{child.regnum[2:]}11",
                "lastname": call.person.names.surname,
                "childLastname": child.lastname,
                "firstname": child.firstname,
                "sex": "Эрэгтэй" if int(child.regnum[8]) % 2 else "Эмэгтэй",
                "birthDate": child.born,
                "fullAddress": call.person.address.full,
            }
            for child in children
        ]
    }


def _card_orderable(call: Call) -> Partial:
    expires = call.person.card_expires
    soon = expires <= call.today + timedelta(days=30)
    return {
        "status": "1" if soon else "0",
        "message": "Захиалах боломжтой" if soon else "Үнэмлэхний хугацаа дуусаагүй байна",
        "dateOfExpiry": None if expires == date.max else expires.isoformat(),
        "cnt": 1,
    }


def _latin_names(call: Call, first: str, last: str, clan: str) -> Partial:
    names = call.person.latin
    return {first: names.firstname, last: names.lastname, clan: names.surname}


def _english(fields: Callable[[Call], Partial]) -> Answerer:
    return lambda call: {**_latin_names(call, "firstname", "lastname", "surname"), **fields(call)}


def _card_english(call: Call) -> Partial:
    person = call.person
    forever = person.card_expires == date.max
    return {
        "regnum": person.regnum,
        "civilId": person.civil_id,
        "birthDateAsText": person.born.isoformat(),
        "gender": "Male" if person.is_male else "Female",
        "nationality": "Mongolian",
        "idCardAddress": latin(person.address.full).title(),
        "idCardExpireDate": None if forever else person.card_expires.isoformat(),
        "idCardIssueDate": None if forever else _years_before(person.card_expires, 10),
        "idCardCount": 1,
        "birthPlace": latin(person.birth_place).title(),
        "cityName": latin(person.address.city).title(),
        "districtName": latin(person.address.district).title(),
        "addressList": [],
    }


def _birth_english(call: Call) -> Partial:
    person = call.person
    return {
        "regnum": person.regnum,
        "birthDateAsText": person.born.isoformat(),
        "gender": "Male" if person.is_male else "Female",
        "nationality": "Mongolian",
        "birthPlace": latin(person.birth_place).title(),
        "father": _parent(person, "father"),
        "mother": _parent(person, "mother"),
    }


def _no_marriage_english(call: Call) -> Partial:
    return {
        "gender": "Male" if call.person.is_male else "Female",
        "nationality": "Mongolian",
        "citizenship": "Mongolia",
        "status": "2" if call.person.related("spouse") else "1",
        "purpose": "To whom it may concern",
    }


ANSWERS: dict[str, Answerer] = {
    "WS100101_getCitizenIDCardInfo": _id_card,
    "WS100102_getCitizenBirthInfo": _birth,
    "WS100103_getCitizenAddressInfo": _address,
    "WS100104_getCitizenMarriageInfo": _marriage,
    "WS100105_getCitizenMarriageDivorceInfo": _divorce,
    "WS100128_getCitizenNoMarriageInfo": _no_marriage,
    "WS100133_getCitizenDeceaseInfo": _death,
    "WS101117_getChildrenInfo": _children,
    "WS101135_checkIdCardService": _card_orderable,
    "GS10026_citizenIDCardInfoEng": _english(_card_english),
    "GS10027_citizenBirthInfoEng": _english(_birth_english),
    "GS10029_citizenNoMarriageInfoData": _english(_no_marriage_english),
    "GS10030_citizenMarriageInfoEng": _marriage,
}
