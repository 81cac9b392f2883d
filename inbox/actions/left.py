"""What apps above do with a mail that has left and stands in its conversation now.

They know of things here that the inbox does not know of, and bring what is to be done when ready.
"""

from collections.abc import Callable

from inbox.models import Message, Outgoing

Settle = Callable[[Outgoing, Message], None]
joined: list[Settle] = []


def join(settle: Settle) -> None:
    """Bring what is to be done with each mail that has left, in the transaction that says so."""
    joined.append(settle)


def settle(outgoing: Outgoing, message: Message) -> None:
    """The mail has left, by the server's word or a person's."""
    for each in joined:
        each(outgoing, message)
