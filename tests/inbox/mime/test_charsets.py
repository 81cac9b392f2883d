"""Bytes of every charset people write in, declared, declared wrongly, and not declared at all."""

import pytest

from inbox.mime import accents, charset, parse


def mail(body: bytes, declared: str = "", subject: bytes = b"Hi") -> bytes:
    kind = b"text/plain" + (f"; charset={declared}".encode() if declared else b"")
    return b"From: a@b.test\nSubject: %s\nContent-Type: %s\n\n%s" % (subject, kind, body)


@pytest.mark.parametrize(
    ("declared", "text", "codec"),
    [
        ("iso-2022-kr", "안녕하세요 세계", "iso2022_kr"),
        ("iso-2022-jp", "こんにちは世界", "iso2022_jp"),
        ("gb18030", "你好，世界 㐀", "gb18030"),
        ("gb2312", "镕基", "gbk"),
        ("hz-gb-2312", "你好，世界", "hz"),
        ("utf-7", "Grüße & täglich €", "utf_7"),
        ("windows-1258", "Tiê\u0301ng Viê\u0323t", "cp1258"),
        ("tis-620", "สวัสดีครับ", "tis_620"),
        ("koi8-u", "Привіт їжак", "koi8_u"),
        ("utf-16be", "Hello ü", "utf_16_be"),
        ("'utf-8'", "Grüße", "utf-8"),
        ("utf-8 (Unicode)", "Grüße", "utf-8"),
        # Declared wrongly, or as something nobody knows
        ("us-ascii", "Grüße aus Köln", "utf-8"),
        ("utf-8", "Grüße aus Köln", "latin-1"),
        ("iso-8859-1", "“Schön” – €5", "cp1252"),
        ("x-unknown", "Grüße", "utf-8"),
        ("unknown-8bit", "Grüße", "latin-1"),
        ("us-ascii", "こんにちは世界です。", "iso2022_jp"),
        # Not declared
        ("", "Grüße aus Köln, schöne Woche", "latin-1"),
        ("", "Formação e ação: opções à mão. Não há informação.", "cp1252"),
        ("", "Zażółć gęślą jaźń, proszę o odpowiedź", "cp1250"),
        ("", "Çekilişi kaçırmayın, görüşmek üzere", "cp1254"),
        ("", "こんにちは世界です。", "iso2022_jp"),
        ("", "こんにちは世界。テストメールです。よろしくお願いします。", "cp932"),
        ("", "テスト", "cp932"),
        ("", "안녕하세요. 광고 메일입니다.", "euc_kr"),
        ("", "改善掉髮，預防禿頭的最佳選擇", "big5"),
        ("", "Привет, мир! Это тестовое письмо для вас.", "koi8_r"),
        ("", "Привет, мир! Это тестовое письмо для вас.", "cp1251"),
    ],
)
def test_f32_it_reads_text_in_any_charset(declared: str, text: str, codec: str) -> None:
    assert parse.parse(mail(text.encode(codec), declared)).text == text


def test_it_reads_what_vendors_added_to_iso_2022_jp() -> None:
    assert charset.decode(b"\x1b$B-!$3$s\x1b(B", "iso-2022-jp") == "①こん"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Gambler wins \xa37,000", "Gambler wins £7,000"),
        (b"Forma\xe7\xe3o: Ver\xe3o", "Formação: Verão"),
        (b"gef\xe4llig?", "gefällig?"),
        (b"4 DVDs for 49\xa2 ea.", "4 DVDs for 49¢ ea."),
        (b"=?utf-8?q?" + b"=C3=BC" * 600 + b"?=", "ü" * 600),
        (b"=?utf-8?b?8J-YgA==?=", "😀"),
        (b"=?utf-8?q?Gr=C3?= =?UTF-8?b?vA==?=", "Grü"),
    ],
)
def test_it_reads_subjects_that_declare_little(raw: bytes, text: str) -> None:
    assert parse.parse(mail(b"x", subject=raw)).subject == text


@pytest.mark.parametrize(
    "text", ["黄山旅游天天发", "광고", "未命名.txt", "Привет", "テスト", "สวัสดี"]
)
def test_it_takes_no_other_script_for_european(text: str) -> None:
    codecs = {"黄": "gbk", "광": "euc_kr", "未": "big5", "П": "cp1251", "テ": "cp932", "ส": "cp874"}
    assert accents.codec(text.encode(codecs[text[0]])) == ""


def test_it_drops_a_byte_order_mark() -> None:
    assert parse.parse(b"\xef\xbb\xbf" + mail(b"\xef\xbb\xbfhello", "utf-8")).text == "hello"
    assert parse.parse(b"\xef\xbb\xbf" + mail(b"x")).sender == parse.Address("", "a@b.test")
