"""Answers of health insurance, vaccination, prescriptions and hospital appointments."""

from __future__ import annotations

from datetime import date

from actions.khur.simulator.answers.call import NOT_FOUND, Answerer, Call, Rejected
from actions.khur.simulator.answers.social import RECENT_MONTHS, months_back
from actions.khur.simulator.appointments import Slot, days_between
from actions.khur.simulator.people import Dose
from actions.khur.simulator.records import Partial

DONE, FAILED = 1, 0
MONTHS_OF_PREMIUM = 12
HOSPITALS: dict[int, tuple[str, str]] = {
    101: ("Баянзүрх дүүргийн нэгдсэн эмнэлэг", "Баянзүрх дүүрэг, 6-р хороо"),
    102: ("Сүхбаатар дүүргийн нэгдсэн эмнэлэг", "Сүхбаатар дүүрэг, 12-р хороо"),
    103: ("Эх хүүхдийн эрүүл мэндийн төв", "Баянгол дүүрэг, 16-р хороо"),
    104: ("Архангай аймгийн нэгдсэн эмнэлэг", "Архангай аймаг, Эрдэнэбулган сум"),
    105: ("Дархан-Уул аймгийн нэгдсэн эмнэлэг", "Дархан-Уул аймаг, Дархан сум"),
}
SERVICES: dict[str, tuple[int, str, str, str]] = {
    "S11": (11, "Дотрын эмчийн үзлэг", "Дотор", "2 давхар, 204"),
    "S12": (12, "Хүүхдийн эмчийн үзлэг", "Хүүхэд", "1 давхар, 108"),
    "S13": (13, "Мэдрэлийн эмчийн үзлэг", "Мэдрэл", "2 давхар, 211"),
    "S14": (14, "Эмэгтэйчүүдийн эмчийн үзлэг", "Эмэгтэйчүүд", "3 давхар, 305"),
    "S15": (15, "Шүдний эмчийн үзлэг", "Шүд", "1 давхар, 115"),
}


def _premiums(call: Call) -> Partial | None:
    if not call.person.jobs:
        return None
    unpaid = {ago for job in call.person.jobs for ago in job.unpaid_months_ago}
    months = list(months_back(call.today.year, call.today.month, MONTHS_OF_PREMIUM))
    return {
        "payedList": [{"year": y, "month": m} for ago, y, m in months if ago not in unpaid],
        "notPayedList": [{"year": y, "month": m} for ago, y, m in months if ago in unpaid],
    }


def _premium_rows(call: Call) -> Partial | None:
    if not call.person.jobs:
        return None
    office = call.person.jobs[0].division
    months = months_back(call.today.year, call.today.month, MONTHS_OF_PREMIUM)
    return {
        "listData": [
            {"year": str(y), "month": str(m), "officeName": office, "regnum": call.person.regnum}
            for _, y, m in months
        ]
    }


def _fees(call: Call) -> Partial | None:
    if not call.person.jobs:
        return None
    months = months_back(call.today.year, call.today.month, RECENT_MONTHS)
    office = call.person.jobs[0].division
    return {
        "listData": [
            {"year": y, "month": m, "officeName": office, "regnum": call.person.regnum}
            for _, y, m in months
        ]
    }


def _doses(call: Call) -> Partial | None:
    if not call.person.doses:
        return None
    return {"data": [_dose(call, dose) for dose in call.person.doses]}


def _dose(call: Call, dose: Dose) -> Partial:
    return {
        "vaccineName": dose.vaccine,
        "stepName": dose.step,
        "vaccinatedDate": dose.day.isoformat(),
        "hospitalName": dose.clinic,
        "vaccineGroupName": dose.vaccine,
        "regnum": call.person.regnum,
        "planDate": None,
        "planHospitalName": None,
        "planOfficeName": None,
        "planSubOfficeName": None,
        "nextVaccineDay": None,
    }


def _covid_doses(call: Call) -> Partial:
    return {"vaccineDoseCount": sum("Ковид" in dose.vaccine for dose in call.person.doses)}


def _prescriptions(call: Call) -> Partial | None:
    if not call.person.prescriptions:
        return None
    return {
        "list": [
            {
                "receiptNumber": p.number,
                "receiptDate": p.day.isoformat(),
                "receiptExpireDate": p.expires.isoformat(),
                "receiptType": 1,
                "receiptTypeStr": "Энгийн жор",
                "receiptTypeStrEng": "Ordinary",
                "receiptStatus": 1 if p.open else 2,
                "receiptStatusStr": "Идэвхтэй" if p.open else "Эм авсан",
                "receiptStatusStrEng": "Active" if p.open else "Dispensed",
                "doctorName": p.doctor,
                "hospitalName": p.clinic,
            }
            for p in call.person.prescriptions
        ]
    }


def _hospitals(call: Call) -> Partial:
    return {
        "listData": [
            {"hospitalId": number, "hospitalName": name, "priority": str(i + 1)}
            for i, (number, (name, _)) in enumerate(HOSPITALS.items())
        ]
    }


def _hospitals_with_address(call: Call) -> Partial:
    return {
        "data": [
            {
                "id": number,
                "hospitalName": name,
                "hospitalAddress": address,
                "hospitalPhone": f"7000{number:04d}",
                "hospitalTimetableStr": "Даваа-Баасан 08:00-17:00",
                "operationList": [],
                "branchList": [],
            }
            for number, (name, address) in HOSPITALS.items()
        ]
    }


def _nearest_hospital(call: Call) -> Partial:
    name, address = HOSPITALS[102]
    return {
        "id": 102,
        "hospitalName": name,
        "address": address,
        "phone": "70000102",
        "branchListData": [],
        "operationListData": [],
    }


def _clinics_of_address(call: Call) -> Partial:
    address = call.text("addressid") or "1"
    if not address.isdigit():
        raise Rejected(NOT_FOUND)
    return {
        "listData": [
            {"addressId": address, "hospitalId": 900 + i, "hospitalName": f"«{name}» ӨЭМТ"}
            for i, name in enumerate(("Энэрэл", "Манал"))
        ]
    }


def _services(call: Call) -> Partial:
    _hospital(call)
    return {
        "listData": [
            {
                "serviceId": service,
                "typeId": kind,
                "typeName": name,
                "cabinet": cabinet,
                "location": location,
                "desc": None,
            }
            for service, (kind, name, cabinet, location) in SERVICES.items()
        ]
    }


def _free_slots(call: Call) -> Partial:
    days = days_between(call.day("startDate"), call.day("endDate"), call.today)
    slots = call.state.appointments.free(_hospital(call), _service(call), days)
    return {"listData": [{"date": s.day.isoformat(), "num": s.num, "time": s.time} for s in slots]}


def _order(call: Call) -> Partial:
    wanted = Slot(_hospital(call), _service(call), call.day("date"), call.number("num"))
    if wanted not in call.state.appointments.free(
        wanted.hospital, wanted.service, days_between(wanted.day, wanted.day, call.today)
    ):
        return {"result": str(FAILED), "resultMessage": "Сонгосон цаг сул биш байна"}
    code = call.state.appointments.order(wanted, call.person.regnum)
    return {"result": str(DONE), "resultMessage": code}


def _confirm(call: Call) -> Partial:
    done = call.state.appointments.confirm(_hospital(call), call.text("verifyCode"))
    return {"checkCode": DONE if done else FAILED}


def _cancel(call: Call) -> Partial:
    done = call.state.appointments.cancel(_hospital(call), call.text("verifyCode"))
    return {"checkCode": DONE if done else FAILED}


def _hospital(call: Call) -> int:
    number = call.number("hospitalId")
    if number not in HOSPITALS:
        raise Rejected(NOT_FOUND)
    return number


def _service(call: Call) -> str:
    service = call.text("serviceId")
    if service not in SERVICES:
        raise Rejected(NOT_FOUND)
    return service


def _drugs(call: Call) -> Partial | None:
    name = call.text("proprietaryName")
    known = {
        "парацетамол": ("Paracetamol", "500 мг", "Шахмал", "Жоргүй"),
        "амоксициллин": ("Amoxicillin", "500 мг", "Капсул", "Жороор"),
        "ибупрофен": ("Ibuprofen", "200 мг", "Шахмал", "Жоргүй"),
    }
    found = [
        (mongolian, drug)
        for mongolian, drug in known.items()
        if name and (name.lower() in mongolian or name.lower() in drug[0].lower())
    ]
    if not found:
        return None
    return {
        "retType": 0,
        "retDesc": "Амжилттай",
        "retParams": None,
        "affectedRows": len(found),
        "listData": [_drug(mongolian, drug, call.today) for mongolian, drug in found],
    }


def _drug(mongolian: str, drug: tuple[str, str, str, str], today: date) -> Partial:
    name, dosage, form, dispensing = drug
    return {
        "inn": name,
        "proprietaryName": name,
        "innMongolia": mongolian.capitalize(),
        "tradeName": mongolian.capitalize(),
        "dosage": dosage,
        "dosageFormMongolia": form,
        "dispensingType": dispensing,
        "status": "Бүртгэлтэй",
        "expireDate": today.replace(month=12, day=31).isoformat(),
        "manufacturer": None,
        "precautions": None,
        "contraindications": None,
        "drugIngredients": None,
        "barcode": None,
    }


ANSWERS: dict[str, Answerer] = {
    "GS10021_covidVaccineDoseCount": _covid_doses,
    "WS100148_getCitizenHealthInsuranceInfo": _premium_rows,
    "WS300101_getInsuranceFee": _fees,
    "WS300102_eHealthGetHospitals": _hospitals,
    "WS300107_eHealthGetMedicalServices": _services,
    "WS300108_eHealthGetFreeTimeList": _free_slots,
    "WS300110_eHealthOnlineAppointmentOrder": _order,
    "WS300111_eHealthTimeOrderApprove": _confirm,
    "WS300112_eHealthTimeOrderCancel": _cancel,
    "WS300125_eHospitalByAddress": _clinics_of_address,
    "WS300140_GetDrugInfo": _drugs,
    "WS300141_CheckPrescriptionInfobyRegnum": _prescriptions,
    "WS300146_GetVaccineByRegnumInfo": _doses,
    "WS300150_GetHospitalListInfo": _hospitals_with_address,
    "WS300152_GetHealthInsurancePremiumList": _premiums,
    "WS300162_GetHospitalsFromDistance": _nearest_hospital,
}
