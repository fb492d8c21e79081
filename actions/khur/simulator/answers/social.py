"""Answers of social insurance and pensions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from actions.khur.simulator.answers.call import Answerer, Call
from actions.khur.simulator.people import Job
from actions.khur.simulator.records import Partial

FEE_PERCENT = 13
"""A round share of the salary for made-up contributions; no statement of the law."""
MATERNITY_BEFORE, MATERNITY_AFTER = timedelta(days=60), timedelta(days=60)
MONTHS_SHOWN_MAX = 24
RECENT_MONTHS = 3
INSURED_CLASS = "Албан журмын даатгуулагч"


def months_back(year: int, month: int, count: int) -> Iterator[tuple[int, int, int]]:
    """(months ago, year, month) of the `count` months before the given one, newest first."""
    for ago in range(1, count + 1):
        index = year * 12 + month - 1 - ago
        yield ago, index // 12, index % 12 + 1


def _salary_rows(call: Call) -> list[tuple[int, int, int, Job]]:
    start = call.number("startYear", call.today.year - 1)
    end = call.number("endYear", call.today.year)
    return [
        (ago, year, month, job)
        for ago, year, month in months_back(call.today.year, call.today.month, MONTHS_SHOWN_MAX)
        for job in call.person.jobs
        if start <= year <= end and (year, month) >= (job.since.year, job.since.month)
    ]


def _fee(job: Job) -> int:
    return job.salary_mnt * FEE_PERCENT // 100


def _salary(call: Call) -> Partial | None:
    rows = _salary_rows(call)
    if not rows:
        return None
    return {
        "list": [
            {
                "year": year,
                "month": month,
                "orgName": job.org,
                "orgSiID": job.org_number,
                "domName": job.division,
                "benClass": INSURED_CLASS,
                "salaryAmount": job.salary_mnt,
                "salaryFee": _fee(job),
                "isPaid": ago not in job.unpaid_months_ago,
            }
            for ago, year, month, job in rows
        ]
    }


def _salary_english(call: Call) -> Partial | None:
    rows = _salary_rows(call)
    if not rows:
        return None
    return {
        "regnum": call.person.regnum,
        "firstname": call.person.latin.firstname,
        "lastname": call.person.latin.lastname,
        "detailDataList": [
            {
                "year": year,
                "month": month,
                "orgName": job.org,
                "salary": job.salary_mnt,
                "shim": _fee(job),
                "isPayed": "0" if ago in job.unpaid_months_ago else "1",
            }
            for ago, year, month, job in rows
        ],
    }


def _last_three_months(call: Call) -> Partial | None:
    if not call.person.jobs:
        return None
    job = call.person.jobs[0]
    _, year, month = next(months_back(call.today.year, call.today.month, 1))
    return {
        "calYear": year,
        "calMonth": month,
        "orgName": job.org,
        "orgRegId": job.org_number,
        "benClass": INSURED_CLASS,
        "isPayed": "0" if 1 in job.unpaid_months_ago else "1",
    }


def _is_insured(call: Call) -> Partial:
    return {"insured": bool(call.person.jobs)}


def _total_months(call: Call) -> Partial:
    months = sum(
        (call.today.year - job.since.year) * 12 + call.today.month - job.since.month
        for job in call.person.jobs
    )
    return {"totalWorkMonth": months}


def _work_history(call: Call) -> Partial | None:
    if not call.person.jobs:
        return None
    return {
        "firstName": call.person.names.firstname,
        "lastName": call.person.names.lastname,
        "listData": [
            {
                "orgName": job.org,
                "startDate": job.since,
                "endDate": None,
                "orgNdId": job.org_number,
            }
            for job in call.person.jobs
        ],
    }


def _pension_inquiry(call: Call) -> Partial:
    person = call.person
    return {
        "isPensioner": person.pension is not None,
        "regnum": person.regnum,
        "surname": person.names.surname,
        "lastName": person.names.lastname,
        "firstName": person.names.firstname,
    }


def _pension_list(call: Call) -> Partial | None:
    pension = call.person.pension
    if pension is None:
        return None
    return {
        "listData": [
            {
                "regnum": call.person.regnum,
                "type": pension.kind,
                "appDate": pension.since,
                "endDate": None,
            }
        ]
    }


def _pension_sheet(call: Call) -> Partial | None:
    pension = call.person.pension
    if pension is None:
        return None
    person = call.person
    age = (pension.since - person.born).days // 365
    return {
        "tetType": pension.kind,
        "surName": person.names.surname,
        "fatName": person.names.lastname,
        "benName": person.names.firstname,
        "birthDate": person.born.isoformat(),
        "ageValue": str(age),
        "genderValue": "Эрэгтэй" if person.is_male else "Эмэгтэй",
        "regId": person.regnum,
        "address": person.address.full,
        "ttv1": str(pension.amount_mnt),
        "ttv2": pension.since.isoformat(),
        **dict.fromkeys(
            (
                "caregiverFamilyName",
                "caregiverSurName",
                "caregiverName",
                "caregiverBirthDate",
                "caregiverAgeDied",
                "caregiverGender",
                "caregiverRegnum",
                "taHamaaral",
                "taGerbat",
            )
        ),
    }


def _survivor_sheet(call: Call) -> Partial | None:
    gone = next((r for r in call.person.relatives if r.died), None)
    sheet = _pension_sheet(call)
    if gone is None or sheet is None:
        return None
    return {
        **sheet,
        "tetType": "Тэжээгчээ алдсаны тэтгэвэр",
        "caregiverSurName": gone.lastname,
        "caregiverName": gone.firstname,
        "caregiverBirthDate": gone.born.isoformat(),
        "caregiverRegnum": gone.regnum,
        "taHamaaral": "Хүүхэд",
    }


def _pension_average_status(call: Call) -> Partial:
    sent = call.state.filed_as("WS100579_pensionFiveYearsAverageChange", call.person.regnum)
    if not sent:
        return {"code": 1, "message": "Хүсэлт илгээх боломжтой.", "requestCode": 0}
    return {
        "code": 2,
        "message": "Хүсэлт илгээгдсэн.",
        "requestCode": sent[-1].fields.get("requestId", "1"),
        "requestDate": sent[-1].at.date().isoformat(),
        "requestFormatDate": None,
    }


def _pension_average_change(call: Call) -> Partial:
    if call.state.filed_as(call.operation.name, call.person.regnum):
        return {"code": 0, "message": "Өмнө нь хүсэлт илгээгдсэн байна. Хадгалах боломжгүй."}
    call.state.file(call.person.regnum, call.operation.name, call.texts())
    return {"code": 1, "message": "Амжилттай хадгаллаа."}


def _unemployment_count(call: Call) -> Partial:
    return {"workMonth": 31, "calculatePercent": 50}


def _unemployment_apply(call: Call) -> Partial:
    call.state.file(call.person.regnum, call.operation.name, call.texts())
    return {"result": 0, "resultMsg": "Хүсэлт бүртгэгдлээ"}


def _funeral(call: Call) -> Partial:
    return {"isReceived": any(r.died for r in call.person.relatives)}


def _farmers_contract(call: Call) -> Partial:
    year = call.today.year
    income, due = 6_600_000, 759_000
    return {
        "contractBeginDate": call.today.replace(month=1, day=1),
        "contractEndDate": call.today.replace(year=year, month=12, day=31),
        "contractIncome": income,
        "contractDun": due,
        "invoiceSum": due,
        "orgRegnum": None,
        "bankName": "Төрийн банк",
        "bankAccountName": "Нийгмийн даатгалын сан",
    }


def _maternity(call: Call) -> Partial | None:
    children = call.person.related("child")
    if not children:
        return None
    born = max(child.born for child in children)
    return {
        "listData": [
            {
                "startDate": (born - MATERNITY_BEFORE).isoformat(),
                "endDate": (born + MATERNITY_AFTER).isoformat(),
                "createdDate": (born - MATERNITY_BEFORE).isoformat(),
                "updatedDate": born.isoformat(),
                "requestDate": (born + timedelta(days=3)).isoformat(),
                "calculateDate": (born + timedelta(days=9)).isoformat(),
                "insuranceDays": (MATERNITY_BEFORE + MATERNITY_AFTER).days,
                "benefitEntitlement": 1,
                "statusName": "Тэтгэмж олгосон",
                "orgName": call.person.jobs[0].org if call.person.jobs else None,
                "salaryDetails": [],
            }
        ]
    }


ANSWERS: dict[str, Answerer] = {
    "WS100501_getCitizenSalaryInfo": _salary,
    "WS100502_getCitizenPensionInquiry": _pension_inquiry,
    "WS100507_getInsureeWorkHistoryInfo": _work_history,
    "WS100512_checkIsInsuredInfo": _is_insured,
    "WS100516_getInsuredForLastThreeMonthInfo": _last_three_months,
    "WS100543_retirementListInfo": _pension_list,
    "WS100550_pregnancyChildbirthCertList": _maternity,
    "WS100553_unemploymentBenefitsApply": _unemployment_apply,
    "WS100554_unemploymentBenefitsCount": _unemployment_count,
    "WS100563_funeralAllowanceInfo": _funeral,
    "WS100564_pensionDocumentInfo": _pension_sheet,
    "WS100565_getCitizenSalaryInfoEng": _salary_english,
    "WS100566_disabilityPensionDocumentInfo": _pension_sheet,
    "WS100567_lostCaregiverPensionDocumentInfo": _survivor_sheet,
    "WS100572_GetPensionInfo": _pension_sheet,
    "WS100575_FarmersVoluntaryInfo": _farmers_contract,
    "WS100579_pensionFiveYearsAverageChange": _pension_average_change,
    "WS100580_pensionFiveYearsAverageCheckStatus": _pension_average_status,
    "WS100584_GetTotalWorkMonth": _total_months,
}
