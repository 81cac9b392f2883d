"""Lines that introduce quoted mail, as mail programs write them in many languages.

Every expression runs on single lines or on a few joined ones of bounded length, so the time for a
text grows with its length and no faster.
"""

import re
from collections.abc import Sequence

LONGEST = 400
REACH = 4  # lines an attribution may be wrapped to

WROTE = re.compile(
    r"(?:写道|寫道|のメール|작성)|(?:\b|(?<=>))(?:wrote|writes|schrieb|geschrieben|écrit|ecrit|escribió|escribio|escreveu|"
    r"ha scritto|schreef|geschreven|skrev|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|írta|kirjoitti|"
    r"пишет|пише|писал|написал(?:\(а\)|а)?|yazdı|scris|έγραψε|pisze|napísal(?:\(a\))?|"
    r"napisa(?:o|la) je|va escriure|viết|menulis|написа)(?!\w)",
    re.I,
)
OPENING = re.compile(
    r"[>\s]*(?:(?:on|am|le|el|em|il giorno|il|op|den|dne|dana|w dniu|dnia|na|no dia|em qua|em seg|"
    r"a las|az?|på|kl|vào|în|la data|pada|tarihinde|at)\b[^\n]{0,40}?\d|\d{1,4}[-./ ])",
    re.I,
)
DATED = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\b(?:19|20)\d\d\b")
# Who and when to the minute, which nobody writes before a colon in a sentence of his own
COMPLETE = re.compile(
    r"(?=.*[<(]\S{1,64}@\S{3,128}[>)])(?=.*\b(?:19|20)\d\d(?!\d))(?=.*\d{1,2}[:.h]\d{2}).{20,400}[:：]"
)
# Short forms: only with marked lines right below
CITED = re.compile(r"[>\s]*(?:quoting|zitat von|citando|citation de|citazione di)\b.*", re.I)
BARE_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:,?\s+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"(?:\s+(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s+\S.{0,150}|\s+\S.{0,150}<[^\s<>]+@[^\s<>]+>:?)\s*"
)
MARKED = re.compile(
    r"[>\s*]*[-_=*]{2,}\s*(?:on .{10,200} wrote|original message|original appointment|"
    r"reply message|reply to message|"
    r"forwarded (?:message|by.{0,80})|mensagem original|mensagem encaminhada|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|originalnachricht|"
    r"message d.origine|message original|message transféré|message transmis|mensaje original|"
    r"mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|"
    r"doorgestuurd bericht|oprindelig meddelelse|ursprungligt meddelande|originalmeddelande|"
    r"alkuperäinen viesti|исходное сообщение|пересылаемое сообщение|wiadomość oryginalna|"
    r"původní zpráva|eredeti üzenet|opprinnelig melding|"
    r"pôvodná správa|mesaj(?:ul)? original|orijinal mesaj|αρχικό μήνυμα|вихідне повідомлення|"
    r"missatge original|izvorna poruka|oryginalna wiadomość|邮件原件|"
    r"原始邮件|原始郵件|元のメッセージ|원본 메시지)"
    r"\s*[-_=*]{2,}.{0,20}",
    re.I,
)
BEGUN = re.compile(
    r"[>\s]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|início da mensagem (?:reencaminhada|encaminhada)|"
    r"inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)\s*:\s*",
    re.I,
)
FROM = (
    r"from|de|de la|von|da|van|från|fra|od|от|від|από|lähettäjä|feladó|kimden|"
    r"差出人|发件人|寄件者|보낸 사람"
)
OTHERS = (
    r"sent|date|to|cc|bcc|subject|reply-to|reply to|enviado(?: el| em)?|enviada em|data|para|"
    r"assunto|asunto|fecha|gesendet|datum|an|betreff|antwort an|envoyé|à|objet|répondre à|inviato|"
    r"data invio|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|"
    r"temat|odesláno|komu|předmět|дата|отправлено|кому|тема|lähetetty|vastaanottaja|aihe|"
    r"dátum|elküldve|küldve|címzett|tárgy|tarih|gönderildi|gönderilme|kime|konu|odoslané|predmet|"
    r"trimis|către|subiect|изпратено|до|относно|надіслано|στάλθηκε|ημερομηνία|προς|θέμα|poslano|"
    r"za|prima|enviat|per a|assumpte|寄件日期|收件者|보낸 날짜|받는 사람|"
    r"日時|送信日時|宛先|件名|发送时间|收件人|主题|主旨|日期|제목"
)
LABEL = re.compile(rf"[>\s]*\*?(?:(?P<from>{FROM})|{OTHERS})\s*\*?\s*[:：]\*?(?:\s|$)", re.I)
RULE = re.compile(r"[\s>]*(?:[-_=*~#+]{2,}|[—–ᐧ])[\s]*")


def is_rule(line: str) -> bool:
    """Whether a line only separates: dashes, underscores, stars."""
    return len(line) < 200 and bool(RULE.fullmatch(line))


def is_mark(line: str) -> bool:
    """Whether a line says in words that the original or a forwarded mail follows."""
    return len(line) < 200 and bool(MARKED.fullmatch(line) or BEGUN.fullmatch(line))


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the copied headers of a mail begin here: its sender and two more within six lines."""
    if not LABEL.match(lines[at][:LONGEST]):
        return False
    names = [LABEL.match(line[:LONGEST]) for line in lines[at : at + 7]]
    found = [name for name in names if name]
    return len(found) >= 3 and any(name["from"] for name in found)


def begins(lines: Sequence[str], at: int) -> int:
    """Return how many lines before `at` begin the attribution that ends there, or -1 for none."""
    line = lines[at].rstrip()
    if not line or len(line) > LONGEST:
        return -1
    if BARE_DATE.fullmatch(line):
        return 0
    marked = _is_quoted(lines, at + 1)
    if line[-1] not in ":：" and not (WROTE.search(line[-20:]) and marked):
        return -1
    is_short = WROTE.search(line[-20:]) or CITED.fullmatch(line)
    nearest = 0 if line[-1] in ":：" and marked and is_short else -1
    joined = ""
    for back in range(REACH):
        place = at - back
        if place < 0 or not lines[place].strip() or len(joined) > LONGEST:
            break
        joined = f"{lines[place].strip()} {joined}".rstrip()
        if COMPLETE.fullmatch(joined):
            return back
        if not WROTE.search(joined):
            continue
        if OPENING.match(joined) and (DATED.search(joined) or "@" in joined):
            return back
        if nearest < 0 and line[-1] in ":：" and "@" in joined and len(joined) < LONGEST:
            nearest = back
    return nearest


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    return any(line.lstrip().startswith(">") for line in lines[at : at + 2])
