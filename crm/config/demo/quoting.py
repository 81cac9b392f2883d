"""How mail programs quote the letter they answer: Gmail's way and Outlook's way."""

import html
import re
from datetime import datetime
from typing import TYPE_CHECKING

from crm.config.demo.people import ENGLISH, PORTUGUESE, Customer

if TYPE_CHECKING:
    from crm.config.demo.letter import Letter

BEGINS_QUOTE = re.compile(
    r"^(On .{5,200} wrote:|Em .{5,200} escreveu:|_{10,}|-{5} ?(Original|Mensagem))"
)
MONTHS = {
    ENGLISH: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    PORTUGUESE: "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.".split(),
}
DAYS = {
    ENGLISH: "Mon Tue Wed Thu Fri Sat Sun".split(),
    PORTUGUESE: "seg. ter. qua. qui. sex. sáb. dom.".split(),
}
LABELS = {
    ENGLISH: ("From", "Sent", "To", "Subject"),
    PORTUGUESE: ("De", "Enviada em", "Para", "Assunto"),
}


def signature(customer: Customer) -> str:
    """The lines under a customer's letter."""
    goodbye = "Abraço," if customer.language == PORTUGUESE else "Best regards,"
    lines = [goodbye, customer.name, customer.title, customer.company]
    return "\n".join(line for line in lines if line)


def text_with(letter: "Letter") -> str:
    """The plain body: the words, then the quoted letter."""
    if letter.quoted is None:
        return letter.text + "\n"
    if letter.outlook:
        head = "\n".join(f"{name}: {value}" for name, value in _header_lines(letter))
        return f"{letter.text}\n\n{'_' * 32}\n{head}\n\n{text_with(letter.quoted)}"
    quoted = "\n".join(_quoted_line(line) for line in text_with(letter.quoted).splitlines())
    return f"{letter.text}\n\n{_attribution(letter)}\n\n{quoted}\n"


def html_with(letter: "Letter") -> str:
    """The HTML body, with the marks by which each mail program shows its quotes."""
    return f"<html><body>{_fragment(letter)}</body></html>"


def _fragment(letter: "Letter") -> str:
    if letter.outlook:
        words = "".join(
            f'<p class="MsoNormal">{html.escape(line) or "&nbsp;"}</p>'
            for line in letter.text.splitlines()
        )
        body = f'<div class="WordSection1">{words}</div>'
    else:
        lines = "<br>".join(html.escape(line) for line in letter.text.splitlines())
        body = f'<div dir="ltr">{lines}</div>'
    for file in letter.enclosures:
        if file.cid:
            body += f'<div><img src="cid:{file.cid}" alt="{html.escape(file.filename)}"></div>'
    return body + (_quoted_fragment(letter) if letter.quoted else "")


def _quoted_fragment(letter: "Letter") -> str:
    assert letter.quoted is not None
    inner = _fragment(letter.quoted)
    if letter.outlook:
        head = "<br>".join(
            f"<b>{name}:</b> {html.escape(value)}" for name, value in _header_lines(letter)
        )
        border = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        return f'<div style="{border}"><p class="MsoNormal">{head}</p></div>{inner}'
    return (
        f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"{html.escape(_attribution(letter))}<br></div>"
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;'
        f'border-left:1px solid #ccc;padding-left:1ex">{inner}</blockquote></div>'
    )


def _attribution(letter: "Letter") -> str:
    assert letter.quoted is not None
    name, address = letter.quoted.sender
    verb = "escreveu" if letter.language == PORTUGUESE else "wrote"
    return f"{_when(letter.quoted.at, letter.language)} {name} <{address}> {verb}:"


def _header_lines(letter: "Letter") -> list[tuple[str, str]]:
    assert letter.quoted is not None
    quoted = letter.quoted
    values = (
        f"{quoted.sender[0]} <{quoted.sender[1]}>",
        quoted.at.strftime("%d/%m/%Y %H:%M"),
        "; ".join(f"{name} <{address}>" for name, address in quoted.to),
        quoted.subject,
    )
    return list(zip(LABELS[letter.language], values, strict=True))


def _when(at: datetime, language: str) -> str:
    day, month = DAYS[language][at.weekday()], MONTHS[language][at.month - 1]
    if language == PORTUGUESE:
        return f"Em {day}, {at.day} de {month} de {at.year} às {at:%H:%M},"
    return f"On {day}, {month} {at.day}, {at.year} at {at:%H:%M}"


def _quoted_line(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()
