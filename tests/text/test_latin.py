"""Cyrillic is written in Latin letters by MNS 5217, inside the GSM alphabet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.latin import to_latin
from bot.text.units import is_gsm7

CASES = {
    "Өвөрхангай": "Övörkhangai",
    "Баян-Өлгий": "Bayan-Ölgii",
    "Улаанбаатар": "Ulaanbaatar",
    "Хөвсгөл": "Khövsgöl",
    "Дундговь": "Dundgovi",
    "Цахим": "Tsakhim",
    "Юу": "Yuu",
    "юу": "yuu",
    "ЮУ": "YUU",
    "ЦАХИМ": "TSAKHIM",
    "ТТД": "TTD",
    "ЦЕГ": "TSEG",
    "УИХ-ын": "UIKH-yn",
    "ХХЗХ": "KHKHZKH",
    "Х.Батбаяр": "Kh.Batbayar",
    "Ч": "Ch",
    "Я": "Ya",
    "Иргэний үнэмлэх": "Irgenii ünemlekh",
    "ИРГЭНИЙ ҮНЭМЛЭХ": "IRGENII ÜNEMLEKH",
    "Ёс": "Yos",
    "ЁС": "YOS",
    "Ерөнхий": "Yerönkhii",
    "хүлээе": "khüleeye",
    "Сервис": "Servis",
    "телевиз": "televiz",
    "компьютер": "kompyuter",
    "хавья": "khavya",
    "төлье": "tölye",
    "харъя": "kharya",
    "морь": "mori",
    "амьтан": "amitan",
    "объект": "obyekt",
    "сургууль": "surguuli",
    "хууль, журам": "khuuli, juram",
    "ыйл": "yil",
    "жолооч": "jolooch",
    "шинэ": "shine",
    "Щётка": "Shyotka",
    "зээл": "zeel",
    "ээж": "eej",
    "факс": "faks",
    "40,000₮": "40,000 tug",
    "40,000 ₮": "40,000 tug",
    "₮100": "tug 100",
    "100₮-ийн": "100 tug-iin",
    "(₮)": "(tug)",
    "нийт\n₮5": "niit\ntug 5",
    "«Хүнс» “ногоо”": '"Khüns" "nogoo"',
    "9–18 цаг — ажлын": "9-18 tsag - ajlyn",
    "Дэлгэрэнгүй…": "Delgerengüi...",
    "№ 5": "No. 5",
    "А/51": "A/51",
    "e-Mongolia-гаар": "e-Mongolia-gaar",
    "SMS-ээр": "SMS-eer",
    "м²": "m2",
    "½ цаг": "1/2 tsag",
    "20°": "20 deg",
    "😀 Сайн уу": "Sain uu",
    "Сайн 👍🏽 уу": "Sain uu",
    "Хайрат Қайрат": "Khairat Kairat",
    "Утас:\u00a01111": "Utas: 1111",
    "‹Х› ″5′ ´": "'Kh' \"5' '",
    "• нэг\n▪ хоёр ‣ ●": "- neg\n- khoyor - -",
    "9‒18 ‐ ―": "9-18 - -",
    "х ≠ у, х ≈ у, ±5": "kh != u, kh ~ u, +/-5",
    "⅓ хувь, ¾": "1/3 khuvi, 3/4",
    "−5℃": "-5 degC",
    "0.5‰ архи": "0.5 promille arkhi",
    "Нэг\u2028хоёр\u200bгурав\u0000": "Neg\nkhoyorgurav",
    "5₽ 10₩ 3¢": "5RUB 10KRW 3c",
    "Ѳвѳр ɵў": "Övör öü",
    "Ⅳ, ㎡, ＡＢ": "IV, m2, AB",
    "Façade, Zürich": "Facade, Zürich",
    "Sain uu? 1111": "Sain uu? 1111",
    "two  spaces, kept": "two  spaces, kept",
    "": "",
}


@pytest.mark.parametrize(("cyrillic", "latin"), CASES.items())
def test_a_text_is_written_in_latin(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize("text", CASES)
def test_what_is_latin_fits_the_gsm_alphabet_and_stays_as_it_is(text: str) -> None:
    latin = to_latin(text)
    assert is_gsm7(latin)
    assert to_latin(latin) == latin


def test_decomposed_letters_are_read_whole() -> None:
    assert to_latin(unicodedata.normalize("NFD", "хүйтэн ёотон")) == "khüiten yooton"


def test_letters_of_other_scripts_stay() -> None:
    assert to_latin("Сайн 文") == "Sain 文"


@settings(deadline=None)
@given(
    st.text(alphabet="абвгдеёжзийклмноөпрстуүфхцчшщъыьэюяАӨҮЕЁЮЯХЦ 0123456789.,!?-", max_size=80)
)
def test_every_mongolian_text_becomes_gsm(text: str) -> None:
    assert is_gsm7(to_latin(text))
