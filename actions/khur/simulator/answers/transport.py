"""Answers about vehicles, fines, tolls and drivers."""

from __future__ import annotations

from datetime import date, timedelta

from actions.khur.simulator.answers.call import NOT_FOUND, Answerer, Call, Rejected
from actions.khur.simulator.people import Fine, Person, Vehicle
from actions.khur.simulator.records import Partial

INSPECTION_VALID = timedelta(days=365)
EXPIRES_SOON_DAYS = 30
TREASURY = "Төрийн сан"
TREASURY_ACCOUNT = "100900000000"
STATE_BANK = "Төрийн банк"
FINE_PAID = "Төлсөн"
FINE_UNPAID = "Төлөөгүй"
POLICE = "Тээврийн цагдаагийн алба"


def _vehicle(owner: Person, v: Vehicle) -> Partial:
    return {
        "plateNumber": v.plate,
        "cabinNumber": v.cabin,
        "markName": v.mark,
        "modelName": v.model,
        "type": v.kind,
        "className": "B" if v.kind == "Суудлын" else "C",
        "colorName": v.colour,
        "buildYear": v.build_year,
        "fueltype": v.fuel,
        "motorNumber": v.engine,
        "countryName": "Япон",
        "wheelPosition": "Баруун",
        "ownerRegnum": owner.regnum,
        "ownerFirstname": owner.names.firstname,
        "ownerLastname": owner.names.lastname,
        "ownerHandphone": owner.phone.removeprefix("+976"),
        "ownerAddress": {
            "state": owner.address.city,
            "soum": owner.address.district,
            "street": owner.address.street,
            "door": owner.address.door,
            "town": None,
            "apartment": None,
        },
    }


def _vehicles(call: Call) -> Partial | None:
    own = call.own_vehicles()
    if not own:
        return None
    return {"list": [{**_vehicle(call.person, v), "archiveDate": None} for v in own]}


def _vehicle_info(call: Call) -> Partial | None:
    own = call.own_vehicles()
    if not own:
        return None
    return {**_vehicle(call.person, own[0]), "regnum": call.person.regnum, "status": "Идэвхтэй"}


def _certificate(call: Call) -> Partial | None:
    own = call.own_vehicles()
    if not own:
        return None
    owner, v = call.person, own[0]
    return {
        "plateNumber": v.plate,
        "cabinNo": v.cabin,
        "engineNo": v.engine,
        "markName": v.mark,
        "modelName": v.model,
        "buildYear": str(v.build_year),
        "colorName": v.colour,
        "fuelTypeName": v.fuel,
        "vehicleTypeName": v.kind,
        "ownerName": owner.names.firstname,
        "ownerFamilyName": owner.names.lastname,
        "inspectionExpireDate": (v.inspected + INSPECTION_VALID).isoformat(),
    }


def _fine(v: Vehicle, f: Fine) -> Partial:
    return {
        "plateNumber": v.plate,
        "localName": f.place,
        "passDate": f"{f.day.isoformat()}T14:32:00+08:00",
        "reasonType": f.reason,
        "reasonTypeCode": f.code,
        "sanc": f.article,
        "amount": f.amount_mnt,
        "paymentBankAccount": TREASURY_ACCOUNT,
        "paymentBankAccountName": TREASURY,
        "paymentBankName": STATE_BANK,
        "paymentDate": f.paid,
        "qpQRcode": None if f.paid else f"QP{f.number}",
    }


def _penalties(call: Call) -> Partial | None:
    own = call.own_vehicles()
    if not own:
        return None
    return {
        "listData": [
            {**_fine(v, f), "barCode": f.number, "isPaid": f.paid is not None}
            for v in own
            for f in v.fines
        ]
    }


def _violation(v: Vehicle, f: Fine) -> Partial:
    return {
        **_fine(v, f),
        "invoiceNumber": f.number,
        "passDate": f.day.isoformat(),
        "paid": f.paid is not None,
        "statusName": FINE_PAID if f.paid else FINE_UNPAID,
        "ebbName": POLICE,
        "zuilZaaltName": f.article,
        "mofAmount": f.amount_mnt,
        "mofAccountNumber": TREASURY_ACCOUNT,
        "mofAccountName": TREASURY,
    }


def _violations(call: Call, vehicles: list[Vehicle]) -> Partial | None:
    if not vehicles:
        return None
    every = [(v, f) for v in vehicles for f in v.fines]
    return {
        "paidList": [_violation(v, f) for v, f in every if f.paid],
        "unpaidList": [_violation(v, f) for v, f in every if not f.paid],
    }


def _violations_of_person(call: Call) -> Partial | None:
    return _violations(call, list(call.person.vehicles))


def _violations_of_plate(call: Call) -> Partial | None:
    found = call.any_vehicle()
    return None if found is None else _violations(call, [found[1]])


def _fine_by_number(call: Call) -> Partial | None:
    wanted = call.text("barcode")
    for owner, v in call.state.vehicles():
        for f in v.fines:
            if f.number == wanted:
                return {"data": [_fine_sheet(owner, v, f)]}
    return None


def _fine_sheet(owner: Person, v: Vehicle, f: Fine) -> Partial:
    return {
        "barcode": f.number,
        "amount": f.amount_mnt,
        "inAmount": f.amount_mnt if f.paid else 0,
        "plateNumber": v.plate,
        "localName": f.place,
        "passDate": f.day.isoformat(),
        "paymentDate": f.paid,
        "paymentStatus": 1 if f.paid else 0,
        "legalIndex": f.article,
        "regnum": None,
        "lastname": None,
        "firstname": None,
        "bankName": STATE_BANK,
        "bankAccount": TREASURY_ACCOUNT,
        "accountName": TREASURY,
    }


def _inspection_by_plate(call: Call) -> Partial | None:
    found = call.any_vehicle()
    if found is None:
        return None
    v = found[1]
    return {
        "listData": [
            {
                "plateNo": v.plate,
                "inspectionDate": v.inspected.isoformat(),
                "expireDate": (v.inspected + INSPECTION_VALID).isoformat(),
            }
        ]
    }


def _inspection_by_cabin(call: Call) -> Partial | None:
    found = call.any_vehicle()
    if found is None:
        return None
    v = found[1]
    return {
        "vehicleNumber": v.plate,
        "cabinNumber": v.cabin,
        "checkDate": v.inspected,
        "expireDate": v.inspected + INSPECTION_VALID,
        "isPassed": True,
    }


def _unpaid_tolls(call: Call) -> Partial:
    return {
        "regnum": call.person.regnum,
        "list": [
            {
                "id": toll.number,
                "plateNo": v.plate,
                "date": toll.day.isoformat(),
                "gateInfo": toll.gate,
                "amount": toll.amount_mnt,
                "isPaid": False,
                "bankName": STATE_BANK,
                "accountNo": TREASURY_ACCOUNT,
                "accountName": TREASURY,
            }
            for v in call.person.vehicles
            for toll in v.tolls
        ],
    }


def _toll(call: Call) -> Partial | None:
    wanted = call.text("id")
    for v in call.person.vehicles:
        for toll in v.tolls:
            if not wanted or str(toll.number) == wanted:
                return {
                    "id": toll.number,
                    "plateNo": v.plate,
                    "date": toll.day.isoformat(),
                    "gateInfo": toll.gate,
                    "amount": toll.amount_mnt,
                    "paid": "false",
                    "bankName": STATE_BANK,
                    "accountNo": TREASURY_ACCOUNT,
                    "accountName": TREASURY,
                }
    return None


def _policies(call: Call) -> Partial | None:
    if not call.person.vehicles:
        return None
    return {
        "status": True,
        "statusCode": 200,
        "statusMsg": "Амжилттай",
        "policyList": [
            {
                "plateNumber": v.plate,
                "vehicleMark": v.mark,
                "isActive": call.today <= v.policy_until,
                "policyType": "Жолоочийн хариуцлагын албан журмын даатгал",
                "insureeAddress": call.person.address.full,
            }
            for v in call.person.vehicles
        ],
    }


def _licence(call: Call) -> Partial | None:
    licence = call.person.licence
    if licence is None:
        return None
    valid = call.today <= licence.expires
    person = call.person
    return {
        "isValid": "1" if valid else "0",
        "licenseNumber": licence.number,
        "licenseDate": licence.issued.isoformat(),
        "driverDate": licence.issued.isoformat(),
        "expireDate": licence.expires.isoformat(),
        "types": licence.classes,
        "classification": licence.classes,
        "licenseStatus": "Хүчинтэй" if valid else "Хугацаа дууссан",
        "status": "Хүчинтэй" if valid else "Хугацаа дууссан",
        "statusEng": "Valid" if valid else "Expired",
        "driverScore": licence.score,
        "classifyList": [
            {"classify": c.strip(), "beginDate": licence.issued.isoformat(), "archiveNo": None}
            for c in licence.classes.split(",")
        ],
        "lstScoreInfoDtl": [],
        "gender": "Эрэгтэй" if person.is_male else "Эмэгтэй",
        "birthDate": person.born.isoformat(),
        "isDeaf": "0",
        "isImpairment": "0",
        "isExpiring": "1" if (licence.expires - call.today).days < EXPIRES_SOON_DAYS else "0",
        "note": None,
        "extraInfo": None,
    }


def _order_licence(call: Call) -> Partial:
    if call.person.licence is None:
        raise Rejected(NOT_FOUND)
    call.state.file(call.person.regnum, call.operation.name, call.texts())
    return {"isSuccess": True}


def _licence_orders(call: Call) -> Partial:
    regnum = call.person.regnum
    return {
        "listData": [
            {
                "requestId": str(order.number),
                "requestType": order.fields.get("requestType"),
                "status": 1,
                "statusName": "Бүртгэгдсэн",
                "description": order.fields.get("reason"),
                "createdDate": order.at.date().isoformat(),
            }
            for order in call.state.filed_as("WS100444_orderDriverLicense", regnum)
        ]
    }


def _tax(v: Vehicle, year: int, paid: bool) -> Partial:
    return {
        "year": year,
        "plateNo": v.plate,
        "cabinNo": v.cabin,
        "taxTypeName": "Авто тээврийн болон өөрөө явагч хэрэгслийн албан татвар",
        "payAmount": v.tax_mnt,
        "paidAmount": v.tax_mnt if paid else 0,
        "isPay": 1 if paid else 0,
    }


def _vehicle_tax(call: Call) -> Partial | None:
    found = call.any_vehicle()
    if found is None:
        return None
    year, inspected = call.today.year, found[1].inspected
    return {
        "listData": [
            _tax(found[1], year, paid=inspected >= date(year, 1, 1)),
            _tax(found[1], year - 1, paid=True),
        ]
    }


def _vehicle_tax_paid(call: Call) -> Partial | None:
    found = call.any_vehicle()
    if found is None:
        return None
    v = found[1]
    return {
        "listData": [
            {
                "plateNumber": v.plate,
                "year": str(v.inspected.year),
                "taxAmount": str(v.tax_mnt),
                "paidTaxAmount": str(v.tax_mnt),
                "paidDate": v.inspected.isoformat(),
            }
        ]
    }


ANSWERS: dict[str, Answerer] = {
    "WS100401_getVehicleInfo": _vehicle_info,
    "WS100403_getVehiclePenaltyList": _penalties,
    "WS100406_getCitizenVehicleList": _vehicles,
    "WS100407_getDriverLicenseInfo": _licence,
    "WS100409_getVehicleInspectionInfo": _inspection_by_cabin,
    "WS100432_getVehicleInspectionDataByPlateNo": _inspection_by_plate,
    "WS100439_unpaidInvoiceInfo": _unpaid_tolls,
    "WS100444_orderDriverLicense": _order_licence,
    "WS100445_driverLicenseOrderedLog": _licence_orders,
    "WS100449_vehicleCertificate": _certificate,
    "WS100455_TollInvoiceDetails": _toll,
    "WS100456_GetFineInfoUsingFineNumber": _fine_by_number,
    "WS100458_MandatoryInsuranceShortList": _policies,
    "WS100609_getVehiclePaidTaxHistory": _vehicle_tax_paid,
    "WS100879_ViolationPaymentByRegnum": _violations_of_person,
    "WS100880_ViolationPaymentByPlateNumber": _violations_of_plate,
    "WS101401_VehicleTaxInfoService": _vehicle_tax,
}
