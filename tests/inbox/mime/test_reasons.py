"""Why mail came back: definite words before codes, codes before what every refusal says."""

import pytest

from inbox.mime import reasons
from inbox.mime.parsed import Failure


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        ("5.1.1", "", "address"),
        ("5.2.1", "550 <c@d.test>... User unknown", "address"),
        ("5.5.0", "550 Requested action not taken: mailbox unavailable", "address"),
        ("5.4.1", "Recipient address rejected: Access denied", "address"),
        ("5.2.2", "", "full"),
        ("5.1.1", "552 Over quota", "full"),
        ("", "A caixa postal do destinatário está cheia", "full"),
        ("", "Das Postfach des Empfängers ist voll", "full"),
        ("5.0.0", "Host or domain name not found. Name service error", "host"),
        ("5.2.1", "The account is disabled", "closed"),
        ("5.3.4", "", "size"),
        ("5.7.1", "Blocked by a spam filter", "spam"),
        ("5.7.1", "Not allowed to send here", "refused"),
        ("4.4.7", "", "late"),
        ("4.7.1", "Greylisted, try again later", "limit"),
        ("5.7.1", "Access denied", "refused"),
        ("5.0.0", "Something else", ""),
        ("", "", ""),
    ],
)
def test_it_tells_why(status: str, words: str, reason: str) -> None:
    assert reasons.of(status, words) == reason


def test_it_blames_the_address_only_when_the_refusal_is_final() -> None:
    unknown = "User unknown"
    assert Failure("c@d.test", "5.1.1", "failed", unknown).is_hard
    assert Failure("c@d.test", "", "failed", unknown).is_hard
    assert not Failure("c@d.test", "4.1.1", "failed", unknown).is_hard
    assert not Failure("c@d.test", "5.1.1", "delayed", unknown).is_hard
    assert not Failure("c@d.test", "5.2.2", "failed", "Mailbox full").is_hard
