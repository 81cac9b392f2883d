"""Bounces in words, in the layouts that mail servers are known for; every text is our own."""

import pytest

from inbox.mime import parse

WHO = "carla@customer.test"

# From, subject, what it says, status
NOTICES = {
    "domino": (
        "Postmaster@notes.test",
        "DELIVERY FAILURE: User carla not listed",
        f"Your message\n\n  Subject: Offer\n\nwas not delivered to:\n\n  {WHO}\n\nbecause:\n\n"
        "  User carla (carla@customer.test) not listed in the public directory\n",
        "",
    ),
    "notes failure reasons": (
        "MAILER-DAEMON@notes.test",
        "Delivery failure",
        f"------- Failure Reasons  --------\n\nUser not listed\n{WHO}\n\n"
        "------- Returned Message --------\n\nReceived: from a.test\nFrom: alice@acme.test\n",
        "",
    ),
    "old exchange": (
        "System Administrator <postmaster@customer.test>",
        "Undeliverable: Offer",
        "Your message\n\n  To:      someone\n  Subject: Offer\n  Sent:    Mon, 6 Jul 2020 10:00\n\n"
        f"did not reach the following recipient(s):\n\n{WHO} on Mon, 6 Jul 2020 10:00:02\n"
        "    The recipient name is not recognized\n",
        "",
    ),
    "imail": (
        "Postmaster@customer.test",
        "Undeliverable Mail",
        f"Unknown user: {WHO}\n\nOriginal message follows.\n\nFrom: alice@acme.test\n",
        "",
    ),
    "mailmarshal": (
        "MailMarshal@customer.test",
        "Undeliverable Mail: Offer",
        "Your message:\n   From:    alice@acme.test\n   Subject: Offer\n\n"
        "Could not be delivered because of\n\n550 5.1.1 No such user\n\n"
        f"The following recipients were affected:\n    {WHO}\n\n",
        "5.1.1",
    ),
    "courier": (
        "Mail Delivery System <MAILER-DAEMON@mx.test>",
        "NOTICE: mail delivery status.",
        "UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
        f"<{WHO}>:\n    mx.customer.test [192.0.2.1]:\n>>> RCPT TO:<{WHO}>\n"
        "<<< 550 5.1.1 unknown mailbox\n\nIf your message was also sent to others, the next\n",
        "5.1.1",
    ),
    "active hunter": (
        "MAILER-DAEMON@mx.test",
        "FAILED mail :Offer",
        "  ----- The following addresses had permanent fatal errors -----\n\n"
        f">>> {WHO} <{WHO}>\n\n  ----- Transcript of session follows -----\n"
        "550 sorry, no mailbox here\n",
        "5.0.0",
    ),
    "interscan": (
        "InterScan MSS <postmaster@mx.test>",
        "Mail could not be delivered",
        f"Sent >>> RCPT TO:<{WHO}>\nReceived <<< 550 5.1.1 <{WHO}>... unknown\n\n"
        "Unable to deliver message to <carla@customer.test>\n",
        "5.1.1",
    ),
    "messaging server": (
        "Internet Mail Delivery <postmaster@mx.test>",
        "Delivery Notification: Delivery has failed",
        "This report relates to a message you sent with the following header fields:\n\n"
        "  Message-id: <sent@acme.test>\n  From: alice@acme.test\n\n"
        "Your message cannot be delivered to the following recipients:\n\n"
        f"  Recipient address: {WHO}\n  Reason: Remote server has rejected address\n"
        "  Diagnostic code: smtp;550 5.1.1 unknown\n",
        "5.1.1",
    ),
    "yahoo": (
        "MAILER-DAEMON@yahoo.test",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n"
        f"<{WHO}>:\nRemote host said: 550 5.1.1 no such person\n\n"
        "--- Below this line is a copy of the message.\n\nReceived: from a\n",
        "5.1.1",
    ),
    "mdaemon": (
        "MAILER-DAEMON@mx.test",
        "Permanent Delivery Failure",
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more tries "
        "the attached message has been removed from the queue.\n\n"
        f"Failed address: {WHO}\n\n--- Session Transcript ---\n"
        " Mon 2020-07-06: --> RCPT To:<carla@customer.test>\n"
        " Mon 2020-07-06: <-- 550 5.1.1 unknown\n",
        "5.1.1",
    ),
    "smail": (
        "<MAILER-DAEMON@mx.test>",
        "mail failed, returning to sender",
        "|------------------------- Message log follows: -------------------------|\n"
        " no valid recipients were found for this message\n"
        "|------------------------- Failed addresses follow: ---------------------|\n"
        f" <{WHO}> ... unknown host\n"
        "|------------------------- Message text follows: ------------------------|\n"
        "Received: by a.test\nFrom: alice@acme.test\n",
        "",
    ),
    "james": (
        "postmaster@mx.test",
        "[BOUNCE]",
        "Hi. This is the James mail server at mx.test.\nI'm afraid I wasn't able to deliver your "
        "message to the following addresses.\nThis is a permanent error; I've given up.\n\n"
        f"Failed recipient(s):\n{WHO}\n\nError message:\n550 5.1.1 unknown\n\n"
        "The original message is attached.\n\nMessage details:\n  Subject: Offer\n"
        "  Sent date: Mon Jul 06\n  MAIL FROM: alice@acme.test\n",
        "5.1.1",
    ),
    "intermail": (
        "Mail Administrator <Postmaster@mx.test>",
        "Mail System Error - Returned Mail",
        "This Message was undeliverable due to the following reason:\n\n"
        "Each of the following recipients was rejected by a remote mail server.\n\n"
        f"    Recipient: <{WHO}>\n    Reason:    5.1.1 <{WHO}>... unknown\n\n"
        "Please reply to <Postmaster@mx.test>\nif you feel this message to be in error.\n",
        "5.1.1",
    ),
    "communigate": (
        "MAILER-DAEMON@mx.test",
        "Undeliverable mail: Offer",
        f"Failed to deliver to '{WHO}'\nSMTP module(domain customer.test) reports:\n"
        " host mx.customer.test says:\n 550 5.1.1 unknown\n",
        "5.1.1",
    ),
    "windows smtp": (
        "postmaster@mx.test",
        "Delivery Status Notification (Failure)",
        "This is an automatically generated Delivery Status Notification.\n\n"
        f"Delivery to the following recipients failed.\n\n       {WHO}\n\n",
        "",
    ),
    "zoho": (
        "mailer-daemon@mail.test",
        "Undelivered Mail Returned to Sender",
        "This message was created automatically by mail delivery software.\n A message that you "
        "sent could not be delivered to one or more of its recipients.\n\n"
        f"{WHO} Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1\n\n"
        "Received: from mail.test by mx.test\n",
        "5.1.1",
    ),
    "gmail of old": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
        "Delivery Status Notification (Failure)",
        f"Delivery to the following recipient failed permanently:\n\n     {WHO}\n\n"
        "Technical details of permanent failure:\nThe error that the other server returned was: "
        "550 550 5.1.1 unknown (state 14).\n\n   ----- Original message -----\n\n"
        "MIME-Version: 1.0\nReceived: by 192.0.2.1\n",
        "5.1.1",
    ),
    "dragonfly": (
        "MAILER-DAEMON@mx.test",
        "Mail delivery failed",
        "This is the DragonFly Mail Agent v0.13 at mx.test.\n\nThere was an error delivering your "
        f"mail to <{WHO}>.\n\nmx.customer.test [192.0.2.1] said:\n550 5.1.1 unknown\n\n"
        "Message headers follow.\n\nReceived: from alice\n",
        "5.1.1",
    ),
    "haraka": (
        "MAILER-DAEMON@mx.test",
        "failure notice",
        "I'm sorry to say your mail failed.\n\nIntended Recipients: <carla@customer.test>\n"
        "Failure Reason: 550 5.1.1 unknown\n",
        "5.1.1",
    ),
    "groupwise": (
        "Mailer-Daemon@mx.test",
        "Message status - undeliverable",
        f"The message that you sent was undeliverable to the following:\n\t{WHO} (user unknown)\n",
        "",
    ),
    "german": (
        "Mail Delivery System <mailer-daemon@mx.test>",
        "Ihre Nachricht konnte nicht zugestellt werden",
        "Leider konnte Ihre E-Mail an folgende Empfänger nicht zugestellt werden:\n\n"
        f"{WHO}\n\nGrund: Das Postfach ist voll\n",
        "",
    ),
    "french": (
        "postmaster@mx.test",
        "Non remis : Devis",
        "Votre message n'a pas pu être remis aux destinataires suivants :\n\n"
        f"{WHO}\n550 5.1.1 adresse inconnue\n",
        "5.1.1",
    ),
    "portuguese": (
        "Mail Delivery System <MAILER-DAEMON@mx.test>",
        "Mensagem não entregue",
        f"Sua mensagem não pôde ser entregue ao destinatário:\n\n<{WHO}>: 550 5.1.1 Usuário "
        "desconhecido\n",
        "5.1.1",
    ),
    "spanish": (
        "Sistema de correo <postmaster@mx.test>",
        "No se ha podido entregar: Oferta",
        f"Su mensaje no se ha podido entregar a los siguientes destinatarios:\n\n{WHO}\n\n"
        "El buzón está lleno.\n",
        "",
    ),
    "italian": (
        "MAILER-DAEMON@mx.test",
        "Mancata consegna: Offerta",
        f"Il messaggio non è stato recapitato ai seguenti destinatari:\n\n  {WHO}\n\n"
        "550 5.1.1 utente sconosciuto\n",
        "5.1.1",
    ),
    "dutch": (
        "postmaster@mx.test",
        "Onbestelbaar: Offerte",
        f"Uw bericht kon niet worden bezorgd bij:\n\n{WHO}\n\n550 5.1.1 onbekend\n",
        "5.1.1",
    ),
    "polish": (
        "MAILER-DAEMON@mx.test",
        "Niedostarczona wiadomość: Oferta",
        f"Nie można dostarczyć wiadomości do następujących adresatów:\n\n{WHO}\n",
        "",
    ),
    "russian": (
        "mailer-daemon@mx.test",
        "Недоставленное сообщение",
        f"Ваше письмо не может быть доставлено следующим адресатам:\n\n{WHO}\n550 5.1.1 нет\n",
        "5.1.1",
    ),
    "japanese": (
        "MAILER-DAEMON@mx.test",
        "配信不能のお知らせ",
        f"次の宛先にメールを配信できませんでした。\n\n<{WHO}>: 550 5.1.1 unknown\n",
        "5.1.1",
    ),
    "chinese": (
        "postmaster@mx.test",
        "系统退信",
        f"抱歉，您的邮件被退回来了。\n\n收件人：{WHO}\n\n550 5.1.1 用户不存在\n",
        "5.1.1",
    ),
    "swedish": (
        "postmaster@mx.test",
        "Kan inte levereras: Offert",
        f"Ditt meddelande kunde inte levereras till följande mottagare:\n\n{WHO}\n",
        "",
    ),
}


@pytest.mark.parametrize("layout", NOTICES)
def test_it_reads_the_layouts_of_mail_servers(layout: str) -> None:
    sender, subject, said, status = NOTICES[layout]
    head = f"From: {sender}\nTo: alice@acme.test\nSubject: {subject}\n"
    parsed = parse.parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{said}".encode())
    assert parsed.kind == "bounce"
    assert parsed.bounce is not None
    told = [(each.address, each.status) for each in parsed.bounce.recipients]
    assert told == [(WHO, status)]
