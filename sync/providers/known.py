"""Mail providers whose settings need no guessing: by address, or by who receives the mail."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.providers.base import Endpoint, Security


class Password(StrEnum):
    """What has to be typed where a password is asked for."""

    USUAL = "usual"
    APP = "app"  # one made for this use, in the account's security settings
    NONE = "none"  # no password works any more


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's servers. `domains` are of addresses, `exchangers` ends of MX names."""

    name: str
    imap: Endpoint
    smtp: Endpoint
    domains: frozenset[str]
    exchangers: tuple[str, ...] = ()
    password: Password = Password.USUAL
    help_url: str = ""


def _provider(
    name: str,
    imap: str,
    smtp: str,
    *,
    at: str = "",
    mx: str = "",
    password: Password = Password.USUAL,
    help_url: str = "",
) -> Provider:
    """Ports other than 993 and 465 are written out; 587 and 143 mean STARTTLS."""
    return Provider(
        name,
        _endpoint(imap, 993),
        _endpoint(smtp, 465),
        frozenset(at.split()),
        tuple(mx.split()),
        password,
        help_url,
    )


def _endpoint(text: str, default: int) -> Endpoint:
    host, _, port = text.partition(":")
    number = int(port or default)
    return Endpoint(host, number, Security.STARTTLS if number in {587, 143} else Security.TLS)


PROVIDERS: tuple[Provider, ...] = (
    _provider(
        "Gmail",
        "imap.gmail.com",
        "smtp.gmail.com",
        at="gmail.com googlemail.com",
        mx="google.com googlemail.com",
        password=Password.APP,
        help_url="https://myaccount.google.com/apppasswords",
    ),
    _provider(
        "Microsoft 365",
        "outlook.office365.com",
        "smtp.office365.com:587",
        at=(
            "outlook.com hotmail.com live.com msn.com outlook.com.br hotmail.com.br"
            " live.com.pt outlook.pt hotmail.co.uk outlook.de outlook.fr outlook.es"
            " hotmail.de hotmail.fr hotmail.es hotmail.it live.nl passport.com windowslive.com"
        ),
        mx="mail.protection.outlook.com olc.protection.outlook.com mx.microsoft",
        password=Password.NONE,
    ),
    _provider(
        "Yahoo",
        "imap.mail.yahoo.com",
        "smtp.mail.yahoo.com",
        at=(
            "yahoo.com yahoo.com.br yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it ymail.com"
            " rocketmail.com yahoo.com.ar yahoo.com.mx yahoo.ca yahoo.in yahoo.co.in"
        ),
        mx="yahoodns.net",
        password=Password.APP,
        help_url="https://login.yahoo.com/account/security",
    ),
    _provider(
        "AOL",
        "imap.aol.com",
        "smtp.aol.com",
        at="aol.com aim.com",
        password=Password.APP,
        help_url="https://login.aol.com/account/security",
    ),
    _provider(
        "iCloud",
        "imap.mail.me.com",
        "smtp.mail.me.com:587",
        at="icloud.com me.com mac.com",
        mx="mail.icloud.com",
        password=Password.APP,
        help_url="https://account.apple.com",
    ),
    _provider(
        "Fastmail",
        "imap.fastmail.com",
        "smtp.fastmail.com",
        at="fastmail.com fastmail.fm sent.com messagingengine.com",
        mx="messagingengine.com",
        password=Password.APP,
        help_url="https://app.fastmail.com/settings/security",
    ),
    _provider(
        "Zoho",
        "imap.zoho.com",
        "smtp.zoho.com",
        at="zoho.com zohomail.com",
        password=Password.APP,
        help_url="https://accounts.zoho.com/home#security",
    ),
    _provider(
        "Zoho",
        "imappro.zoho.com",
        "smtppro.zoho.com",
        mx="zoho.com",
        password=Password.APP,
        help_url="https://accounts.zoho.com/home#security",
    ),
    _provider(
        "Zoho",
        "imappro.zoho.eu",
        "smtppro.zoho.eu",
        at="zohomail.eu",
        mx="zoho.eu",
        password=Password.APP,
        help_url="https://accounts.zoho.eu/home#security",
    ),
    _provider(
        "GMX", "imap.gmx.net", "mail.gmx.net", at="gmx.de gmx.net gmx.at gmx.ch", mx="gmx.net"
    ),
    _provider("GMX", "imap.gmx.com", "mail.gmx.com", at="gmx.com gmx.us gmx.co.uk gmx.fr gmx.es"),
    _provider("WEB.DE", "imap.web.de", "smtp.web.de:587", at="web.de"),
    _provider(
        "T-Online",
        "secureimap.t-online.de",
        "securesmtp.t-online.de",
        at="t-online.de magenta.de",
        password=Password.APP,
        help_url="https://account.idm.telekom.com",
    ),
    _provider(
        "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org", at="mailbox.org", mx="mailbox.org"
    ),
    _provider("Posteo", "posteo.de", "posteo.de", at="posteo.de posteo.net", mx="posteo.de"),
    _provider("IONOS", "imap.ionos.de", "smtp.ionos.de", mx="kundenserver.de ionos.de"),
    _provider("IONOS", "imap.ionos.com", "smtp.ionos.com", mx="ionos.com perfora.net 1and1.com"),
    _provider("STRATO", "imap.strato.de", "smtp.strato.de", mx="rzone.de strato.de"),
    _provider("OVH", "ssl0.ovh.net", "ssl0.ovh.net", mx="mail.ovh.net"),
    _provider("Gandi", "mail.gandi.net", "mail.gandi.net", mx="mail.gandi.net"),
    _provider("Infomaniak", "mail.infomaniak.com", "mail.infomaniak.com", mx="infomaniak.ch"),
    _provider("Migadu", "imap.migadu.com", "smtp.migadu.com", mx="migadu.com"),
    _provider("Rackspace", "secure.emailsrvr.com", "secure.emailsrvr.com", mx="emailsrvr.com"),
    _provider(
        "GoDaddy", "imap.secureserver.net", "smtpout.secureserver.net", mx="secureserver.net"
    ),
    _provider("Titan", "imap.titan.email", "smtp.titan.email", mx="titan.email"),
    _provider("Hostinger", "imap.hostinger.com", "smtp.hostinger.com", mx="hostinger.com"),
    _provider(
        "Yandex",
        "imap.yandex.com",
        "smtp.yandex.com",
        at="yandex.com yandex.ru ya.ru",
        mx="yandex.net yandex.ru",
        password=Password.APP,
        help_url="https://id.yandex.com/security/app-passwords",
    ),
    _provider(
        "Mail.ru",
        "imap.mail.ru",
        "smtp.mail.ru",
        at="mail.ru bk.ru inbox.ru list.ru",
        mx="mail.ru",
        password=Password.APP,
        help_url="https://account.mail.ru/user/2-step-auth/passwords/",
    ),
    _provider("UOL", "imap.uol.com.br", "smtps.uol.com.br:587", at="uol.com.br", mx="uol.com.br"),
    _provider("BOL", "imap.bol.com.br", "smtps.bol.com.br:587", at="bol.com.br"),
    _provider("UOL Host", "imap.uhserver.com", "smtps.uhserver.com", mx="uhserver.com"),
    _provider("Terra", "imap.terra.com.br", "smtp.terra.com.br:587", at="terra.com.br"),
    _provider("iG", "imap.ig.com.br", "smtp.ig.com.br", at="ig.com.br"),
    _provider("Locaweb", "email-ssl.com.br", "email-ssl.com.br", mx="locaweb.com.br"),
    _provider("KingHost", "imap.kinghost.net", "smtp.kinghost.net", mx="kinghost.net"),
)

_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def by_domain(domain: str) -> Provider | None:
    """Who runs the mail of addresses in this domain."""
    return _BY_DOMAIN.get(domain)


def by_exchanger(host: str) -> Provider | None:
    """Who runs the server a domain's mail is delivered to."""
    for provider in PROVIDERS:
        for end in provider.exchangers:
            if host == end or host.endswith("." + end):
                return provider
    return None
