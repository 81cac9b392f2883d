"""A server that plays a written dialogue, for answers no real server can be made to give."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Script:
    """Where it plays, and what it heard; `surprise` is a line that was not in the book."""

    port: int
    heard: list[bytes] = field(default_factory=list)
    surprise: bytes = b""


@contextmanager
def scripted(*scenes: tuple[bytes, bytes]) -> Iterator[Script]:
    """Play scenes of (expected command, answer) to one client; {tag} is the client's tag.

    An empty expectation means to speak first. Ends with an error if a line was not expected.
    """
    server = socket.create_server(("127.0.0.1", 0))
    script = Script(server.getsockname()[1])

    def play() -> None:
        try:
            sock, _ = server.accept()
        except OSError:
            return
        with sock, sock.makefile("rb") as lines:
            for expected, answer in scenes:
                tag = b""
                if expected:
                    line = lines.readline()
                    script.heard.append(line)
                    tag, _, command = line.partition(b" ")
                    if not command.startswith(expected):
                        script.surprise = line
                        return
                sock.sendall(answer.replace(b"{tag}", tag))

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    try:
        yield script
        thread.join(5)
        assert not script.surprise, f"unexpected: {script.surprise!r}"
    finally:
        server.close()
