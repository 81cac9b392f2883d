"""What an address tells by itself: its domain, and whether it is anybody's or a role's."""

# Where anybody gets an address: such a domain tells nothing of where somebody works
FREE = frozenset(
    """
    126.com 163.com 163.net aim.com aliyun.com alice.it aol.com arcor.de att.net bellsouth.net
    bigpond.com blueyonder.co.uk bluewin.ch bol.com.br btinternet.com btopenworld.com
    centurylink.net charter.net comcast.net cox.net daum.net earthlink.net email.com fastmail.com
    fastmail.fm foxmail.com free.fr freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de
    gmx.net googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.com.br hotmail.de
    hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com ig.com.br inbox.com inbox.lv inbox.ru
    juno.com kabelmail.de laposte.net libero.it list.ru live.co.uk live.com live.com.br
    live.com.pt live.de live.fr live.it live.nl mac.com mail.com mail.ru mailbox.org me.com
    msn.com naver.com netzero.net ntlworld.com oi.com.br online.de onet.pl optonline.net orange.fr
    outlook.com outlook.com.br outlook.de outlook.es outlook.fr outlook.it outlook.pt pm.me
    posteo.de proton.me protonmail.ch protonmail.com qq.com r7.com rambler.ru rediffmail.com
    rocketmail.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sympatico.ca
    t-online.de talktalk.net telenet.be telus.net terra.com.br tiscali.it tuta.com tuta.io
    tutanota.com uol.com.br verizon.net virgilio.it virginmedia.com wanadoo.fr web.de
    windstream.net wp.pl ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar
    yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net
    ymail.com zipmail.com.br zoho.com ziggo.nl
    """.split()
)
# Read by whoever is on duty, or by nobody; RFC 2142 has the older ones
ROLES = frozenset(
    """
    abuse accounting accounts admin administrator alerts all billing bounce bounces careers
    contact contato daemon do-not-reply donotreply enquiries everyone faturamento feedback
    financeiro finance hello help helpdesk hostmaster hr info invoices jobs kontakt list mail
    mailer mailer-daemon marketing media news newsletter no-reply noreply no_reply notification
    notifications office orders owner postmaster press privacy root sales security service spam
    staff suporte support system team undisclosed-recipients unsubscribe update updates vendas
    webmaster
    """.split()
)
STARTS = ("no-reply", "noreply", "no_reply", "donotreply", "do-not-reply", "bounce", "mailer-")
ENDINGS = ("-bounces", "-owner", "-request", "-unsubscribe", "-noreply", "+noreply")


def domain(address: str) -> str:
    """What stands behind the last @, in small letters."""
    return address.rpartition("@")[2].lower()


def is_free(name: str) -> bool:
    """Whether anybody gets an address in this domain."""
    return name in FREE


def is_role(address: str) -> bool:
    """Whether no single person reads the address."""
    own = address.rpartition("@")[0].lower()
    return own.partition("+")[0] in ROLES or own.startswith(STARTS) or own.endswith(ENDINGS)
