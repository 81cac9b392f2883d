"""What mail programs write above quoted mail, in the languages they speak, as far as we know."""

import pytest

from inbox.mime import quotes

W = "Carla Dias <carla@customer.test>"
OWN = "Hello,\n\nyes, that works for us."
LINES = f"""\
On Mon, Jul 6, 2020 at 10:00 AM {W} wrote:
On 6 Jul 2020, at 10:00, {W} wrote:
On Monday, 6 July 2020 at 10:00:12 GMT-3, {W} wrote:
Am Mo., 6. Juli 2020 um 10:00 Uhr schrieb {W}:
Am 06.07.2020 um 10:00 schrieb {W}:
Le lun. 6 juil. 2020 à 10:00, {W} a écrit :
Le lundi 6 juillet 2020 à 10:00:12 UTC+2, {W} a écrit :
El lun, 6 jul 2020 a las 10:00, Carla Dias (<carla@customer.test>) escribió:
El 6 jul 2020, a las 10:00, {W} escribió:
Em seg., 6 de jul. de 2020 às 10:00, {W} escreveu:
Em segunda-feira, 6 de julho de 2020 10:00:12 BRT, {W} escreveu:
Em 6 de jul. de 2020, à(s) 10:00, {W} escreveu:
No dia 06/07/2020, às 10:00, {W} escreveu:
{W} escreveu no dia segunda, 6/07/2020 à(s) 10:00:
Il giorno lun 6 lug 2020 alle ore 10:00 {W} ha scritto:
Op ma 6 jul. 2020 om 10:00 schreef {W}:
Op 6 jul. 2020, om 10:00 heeft {W} het volgende geschreven:
pon., 6 lip 2020 o 10:00 {W} napisał(a):
Wiadomość napisana przez {W} w dniu 06.07.2020, o godz. 10:00:
пн, 6 июл. 2020 г. в 10:00, {W}:
6 июля 2020 г., в 10:00, {W} написал(а):
пн, 6 лип. 2020 р. о 10:00 {W} пише:
Den mån 6 juli 2020 kl 10:00 skrev {W}:
6 juli 2020 kl. 10:00 skrev {W}:
Den man. 6. jul. 2020 kl. 10.00 skrev {W}:
man. 6. jul. 2020 kl. 10:00 skrev {W}:
ma 6. heinäk. 2020 klo 10.00 Carla Dias (carla@customer.test) kirjoitti:
{W} kirjoitti 6.7.2020 kello 10.00:
po 6. 7. 2020 v 10:00 odesílatel {W} napsal:
6. 7. 2020 v 10:00, {W}:
po 6. 7. 2020 o 10:00 {W} napísal(a):
{W} ezt írta (időpont: 2020. júl. 6., H, 10:00):
2020. 07. 06. dátummal, 10:00 időpontban {W} írta:
{W}, 6 Tem 2020 Pzt, 10:00 tarihinde şunu yazdı:
{W} şunları yazdı (6 Tem 2020 10:00):
În lun., 6 iul. 2020 la 10:00, {W} a scris:
Στις Δευ 6 Ιουλ 2020 στις 10:00 π.μ., ο/η {W} έγραψε:
2020年7月6日(月) 10:00 {W}:
2020/07/06 10:00、{W}のメール:
{W} 于2020年7月6日周一 上午10:00写道:
{W} 於 2020年7月6日 週一 上午10:00寫道：
在 2020年7月6日,10:00,{W} 写道:
2020년 7월 6일 (월) 오전 10:00, {W}님이 작성:
2020. 7. 6. 오전 10:00, {W} 작성:
Vào Th 2, 6 thg 7, 2020 vào lúc 10:00 {W} đã viết:
Pada tanggal Sen, 6 Jul 2020 pukul 10.00 {W} menulis:
pon, 6. srp 2020. u 10:00 {W} napisao je:
El dl., 6 de jul. 2020, 10:00, {W} va escriure:
W dniu pon., 6 lip 2020 o 10:00 {W} napisał:
---- On Mon, 06 Jul 2020 10:00:00 +0000 {W} wrote ----
-------- Original message --------
-----Original Message-----
-----Ursprüngliche Nachricht-----
-----Message d'origine-----
-----Message d’origine-----
-----Mensaje original-----
-----Mensagem Original-----
-----Messaggio originale-----
-----Oorspronkelijk bericht-----
-----Ursprungligt meddelande-----
-----Oprindelig meddelelse-----
-----Opprinnelig melding-----
-----Alkuperäinen viesti-----
-----Wiadomość oryginalna-----
-----Původní zpráva-----
-----Pôvodná správa-----
-----Eredeti üzenet-----
-----Mesaj original-----
-----Orijinal Mesaj-----
-----Исходное сообщение-----
-----Αρχικό μήνυμα-----
-----元のメッセージ-----
------------------ 原始邮件 ------------------
-----邮件原件-----
-----원본 메시지-----
---------- Forwarded message ---------
---------- Weitergeleitete Nachricht ---------
---------- Mensagem encaminhada ---------
-------- Исходное сообщение --------
-------- Mensagem original --------
-------- Message transféré --------""".split("\n")
# Where every quoted line begins with ">" the introduction may be shorter
MARKED = f"""\
On 06/07/2020 10:00, Carla Dias wrote:
Am 06.07.20 um 10:00 schrieb Carla Dias:
Le 06/07/2020 à 10:00, Carla Dias a écrit :
El 6/7/20 a las 10:00, Carla Dias escribió:
Em 06/07/2020 10:00, Carla Dias escreveu:
Às 10:00 de 06/07/2020, Carla Dias escreveu:
Il 06/07/2020 10:00, Carla Dias ha scritto:
Op 06-07-2020 om 10:00 schreef Carla Dias:
W dniu 06.07.2020 o 10:00, Carla Dias pisze:
06.07.2020 10:00, Carla Dias пишет:
Dne 06. 07. 20 v 10:00 Carla Dias napsal(a):
Den 2020-07-06 kl. 10:00, skrev Carla Dias:
2020.07.06. 10:00 keltezéssel, Carla Dias írta:
6.07.2020 10:00 tarihinde Carla Dias yazdı:
Carla Dias wrote:
Carla Dias schrieb:
{W} writes:
Quoting {W}:
Zitat von {W}:
Citando {W}:""".split("\n")
HEADS = """\
From Sent To Subject
From Date To Subject
Von Gesendet An Betreff
Von Datum An Betreff
De Envoyé À Objet
De Date À Objet
De Enviado_el Para Asunto
De Enviado Para Asunto
De Enviada_em Para Assunto
De Enviado Para Assunto
De Data Para Assunto
Da Inviato A Oggetto
Da Data A Oggetto
Van Verzonden Aan Onderwerp
Från Skickat Till Ämne
Fra Sendt Til Emne
Lähettäjä Lähetetty Vastaanottaja Aihe
Od Wysłano Do Temat
Od Odesláno Komu Předmět
Od Odoslané Komu Predmet
Feladó Elküldve Címzett Tárgy
De_la Trimis Către Subiect
Kimden Gönderildi Kime Konu
От Отправлено Кому Тема
Від Надіслано Кому Тема
От Изпратено До Относно
Από Στάλθηκε Προς Θέμα
Od Poslano Za Predmet
De Enviat Per_a Assumpte
差出人 送信日時 宛先 件名
发件人 发送时间 收件人 主题
寄件者 寄件日期 收件者 主旨
보낸_사람 보낸_날짜 받는_사람 제목""".split("\n")
QUOTED = "Could you come on Tuesday?\n\nCarla"


@pytest.mark.parametrize("line", LINES)
def test_it_knows_what_introduces_quoted_mail(line: str) -> None:
    assert quotes.own_words(f"{OWN}\n\n{line}\n\n{QUOTED}\n") == OWN
    assert quotes.own_words(f"{OWN}\n\n{line}\n> Could you come on Tuesday?\n>\n> Carla\n") == OWN


@pytest.mark.parametrize("line", [line for line in LINES if len(line) > 60 and line[0] != "-"])
def test_it_knows_them_wrapped(line: str) -> None:
    words = line.split(" ")
    half = len(words) * 2 // 3
    wrapped = " ".join(words[:half]) + "\n" + " ".join(words[half:])
    assert quotes.own_words(f"{OWN}\n\n{wrapped}\n\n{QUOTED}\n") == OWN


@pytest.mark.parametrize("line", MARKED)
def test_it_knows_what_introduces_marked_lines(line: str) -> None:
    assert quotes.own_words(f"{OWN}\n\n{line}\n> Could you come on Tuesday?\n> \n> Carla\n") == OWN


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("style", ["{}: {}", "*{}:* {}"])
def test_it_knows_copied_headers(head: str, style: str) -> None:
    names = [name.replace("_", " ") for name in head.split()]
    values = [W, "Monday, July 6, 2020 10:00 AM", "Alice <alice@acme.test>", "Visit"]
    block = "\n".join(style.format(n, v) for n, v in zip(names, values, strict=True))
    assert quotes.own_words(f"{OWN}\n\n{block}\n\n{QUOTED}\n") == OWN
    rule = "_" * 32
    assert quotes.own_words(f"{OWN}\n\n{rule}\n{block}\n\n{QUOTED}\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\n\nplease call me.\n\nDid you read it?",
        "As Carla wrote:\n\nwe are closed in July.",
        "The report from 6 July 2020 says:\n\nall is well.",
        "From: the heart\n\nThank you for all of it.",
        "To: do\nBuy milk\n\nSubject: to change.",
        "Am 6. Juli treffen wir uns:\n\n- Carla\n- Bob",
        "Le 6 juillet, voici ce qui change :\n\nles prix baissent.",
        "Em 06/07/2020 mudamos de endereço:\n\nRua das Flores, 10.",
        "Please note:\n\nDate: 6 July\nPlace: Lisbon\n\nSee you there.",
        "At 10:00 we start, 2020/07/06 10:00 in Lisbon:\n\nbring a coat.",
    ],
)
def test_it_takes_no_words_of_ones_own(text: str) -> None:
    assert quotes.own_words(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Galaxy",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Enviado do meu iPhone",
        "Enviado desde mi iPhone",
        "Obter o Outlook para Android",
        "Envoyé de mon iPhone",
        "Télécharger Outlook pour iOS",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Holen Sie sich Outlook für iOS",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Odesláno z iPhonu",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhone'umdan gönderildi",
        "iPhoneから送信",
        "从我的iPhone发送",
        "나의 iPhone에서 보냄",
    ],
)
def test_it_knows_what_telephones_add(line: str) -> None:
    assert quotes.own_words(f"{OWN}\n\n{line}\n") == OWN
