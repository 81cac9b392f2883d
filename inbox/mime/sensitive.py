"""Mail that concerns its reader alone: codes, password resets, pay and bank account.

What decides is who wrote it and what for, never a word alone: a customer who asks about
passwords, and a seller of payroll programs, write ordinary mail.
"""

import re

from inbox.mime import domains
from inbox.mime.parsed import Parsed

CODE, RESET, PAYROLL, BANK = "code", "reset", "payroll", "bank"
RULES = (CODE, RESET, PAYROLL, BANK)
# Of the text only the beginning tells what a mail is for, and of a subject what a list shows
LOOKED_AT = 3000
SUBJECT = 1000
# More people than these share no secret
MOST = 3

# What programs write as, besides the addresses of roles
PROGRAMS = frozenset(
    """
    account account-security account-update acesso alert alerta alertas alerts auth autenticacao
    authentication banco bank boletos card cards cartao cartoes code codes comunicacao conta contas
    customerservice do_not_reply estatement estatements extrato faturas identity id login logon
    mailer-robot member members naoresponda nao-responda nao_responda no.reply notice notices
    notificacao notificacoes notify otp password passwords registration reply secure seguranca
    service servico signin sso statement statements transactions user users verification verify
    """.split()
)
PAY_OFFICE = frozenset(
    "dp departamentopessoal folha hr humanresources payroll people pessoal rh salarios".split()
)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


CODES = _words(
    r"\b(verification|security|one[- ]time|single[- ]use|sign[- ]?in|log[- ]?in|access|"
    r"authentication|authorization|two[- ]factor|2fa|otp)[ -](code|password|passcode|pin|token)\b",
    r"\bcódigo (de|para) (verificação|acesso|segurança|autenticação|uso único|login|entrar)\b",
    r"\bcodigo de (verificacion|verificacao|acceso|acesso|seguridad|seguranca)\b",
    r"\bcódigo de (verificación|acceso|seguridad)\b",
    r"\b(senha|token) (de uso único|descartável|de acesso)\b",
    r"\byour [\w .'-]{0,30}\bcode is\b",
)
# Four to eight digits, also in two groups, or letters and digits in capitals
DIGITS = re.compile(
    r"(?<![\w.,/$€£-])(?:\d{4,8}|\d{3}[ -]\d{3}|(?=\w*\d)[A-Z0-9]{6,8})(?![\w,/%-])"
)
# Codes that open nothing
OTHERWISE = _words(
    r"\b(discount|promo\w*|coupon|voucher|tracking|postal|zip|source|qr|product|tax|referral|"
    r"invite|gift)[ -]?codes?\b",
    r"\b(cupom|desconto|rastreio|rastreamento|código postal|código[- ]fonte)\b",
)
RESETS = _words(
    r"\b(reset|resetting|recover|forgot(ten)?|change|set|set up|create) (your |my |the |a )?"
    r"(new )?([\w.-]+ )?(account )?password\b",
    r"\bpassword (reset|recovery|change|assistance|was changed|has been changed|reminder)\b",
    # Each word fits in one way: what fits in two is tried in as many ways as there are words
    r"\b(redefin\w+|recuper\w+|alter\w+|troc\w+|esquec\w+|cri\w+|nova) (a |de |da |sua |minha )"
    r"{0,4}senha\b",
    r"\b(senha|contraseña) (foi |fue )?(redefinida|alterada|cambiada|restablecida)\b",
    r"\b(restablecer|recuperar|cambiar) (la |tu |su )?contraseña\b",
    r"\b(magic|sign[- ]?in|log[- ]?in) link\b",
    r"\blink (de acesso|para entrar|mágico)\b",
    r"\bnew (sign[- ]?in|login|device) (to|from|on|detected)\b",
    r"\b(novo acesso|novo login|novo dispositivo)\b",
)
SLIPS = _words(
    r"\b(your|my) (\w+ ){0,3}(pay ?slip|pay ?stub|salary slip|salary statement|wage slip)\b",
    r"\b(pay ?slip|pay ?stub|salary slip|wage slip)\b.{0,20}(\b20\d\d\b|january|february|march|"
    r"april|may|june|july|august|september|october|november|december)",
    r"\b(seu|sua|meu|minha) (\w+ ){0,3}(holerite|contracheque|recibo de (salário|pagamento))",
    r"\b(holerite|contracheque|recibo de salário|informe de rendimentos)\b.{0,20}(\b20\d\d\b|\d/|"
    r"janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)",
)
PAYROLLS = _words(
    r"\b(pay ?slips?|pay ?stubs?|payroll|salary|salaries|wages?|bonus statement|w-2|p60|holerites?|"
    r"contracheques?|folha de pagamento|salários?|rescisão|13º)\b"
)
STATEMENTS = _words(
    r"\b(bank|account|card|credit card|savings|brokerage|e-?)[ -]?statement\b",
    r"\byour (\w+ ){0,3}statement is (ready|available|now)\b",
    r"\b(transaction|balance|low balance|withdrawal|deposit|debit card|credit card) alert\b",
    r"\b(card|account) ending (in|with)\b",
    r"\bextrato (bancário|mensal|da (sua )?conta|do (seu )?cartão|consolidado)\b",
    r"\bfatura d[oe] (seu )?cartão\b",
    r"\b(cartão|conta) (com )?final\b",
    r"\b(pix|ted|transferência|compra) (recebid|enviad|realizad|efetuad|aprovad)[oa]\b",
)


def rule(parsed: Parsed) -> str:
    """Which of RULES keeps a mail that came in private, or ""."""
    if parsed.is_reply or parsed.sender is None:
        return ""
    return of(
        sender=parsed.sender.address,
        subject=parsed.subject,
        text=parsed.text,
        recipients=parsed.recipient_count,
        has_files=bool(parsed.attachments),
    )


def of(*, sender: str, subject: str, text: str, recipients: int, has_files: bool) -> str:
    """As `rule`, told by its sender and purpose."""
    sender, subject = sender.lower(), subject[:SUBJECT]
    if not sender or recipients > MOST:
        return ""
    if SLIPS.search(subject) or (_is_office(sender) and PAYROLLS.search(subject)):
        return PAYROLL if has_files or _is_program(sender) or _is_office(sender) else ""
    if not _is_program(sender):
        return ""
    if RESETS.search(subject):
        return RESET
    if STATEMENTS.search(subject):
        return BANK
    return CODE if _has_code(subject, text[:LOOKED_AT]) else ""


def may_be(sender: str, subject: str) -> bool:
    """Whether a mail is worth a look at its text; most is not."""
    return _is_program(sender.lower()) or bool(PAYROLLS.search(subject[:SUBJECT]))


def _is_program(sender: str) -> bool:
    own = sender.partition("@")[0].partition("+")[0]
    return domains.is_role(sender) or own in PROGRAMS


def _is_office(sender: str) -> bool:
    return sender.partition("@")[0] in PAY_OFFICE


def _has_code(subject: str, text: str) -> bool:
    """Whether a code stands close to the words that name it."""
    if OTHERWISE.search(subject):
        return False
    if CODES.search(subject):
        return bool(DIGITS.search(subject) or DIGITS.search(text))
    found = CODES.search(text)
    if found is None:
        return False
    return bool(DIGITS.search(text[max(0, found.start() - 100) : found.end() + 160]))
