"""Programs that write drafts and mails, and ask again with the same key when they hear nothing."""

import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from bench.ground import Office

CREW, TIMEOUT, AGAIN = 4, 20.0, 0.1
JSON = "application/json"
# Nobody answered, somebody is still at it, or whoever answers is about to end
LATER = (409, 502, 503)


@dataclass
class Writers:
    """What was answered: the text of each draft by its id, and whom mails were handed over for."""

    office: Office
    # Where people come in, which is what the pages go by, and where the server listens
    port: int
    at: int
    answered: int = 0
    broken: int = 0
    saved: dict[str, str] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.office.world
        self._token = world.api(world.alice).headers["Authorization"]
        self._numbers = itertools.count(1)
        self._lock, self._over = threading.Lock(), threading.Event()
        self._crew = [threading.Thread(target=self._work) for _each in range(CREW)]

    def __enter__(self) -> Self:
        for thread in self._crew:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._crew:
            thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            with self._lock:
                number = next(self._numbers)
            if number % 3:
                self._draft(number)
            else:
                self._mail(number)

    def _letter(self, number: int) -> dict[str, Any]:
        to = f"w{number}@customer.test"
        subject = f"Offer {number}"
        return {"mailbox": str(self.office.mailbox.uid), "to": [to], "subject": subject}

    def _mail(self, number: int) -> None:
        """Handed over at once."""
        letter = self._letter(number) | {"text": f"At once {number}."}
        if self._ask("POST", "outbox/", letter, f"mail-{number}") is not None:
            self.handed.add(letter["to"][0])

    def _draft(self, number: int) -> None:
        """Begun, gone on with, and every second one sent."""
        letter = self._letter(number) | {"text": f"Begun {number}."}
        made = self._ask("POST", "drafts/", letter, f"draft-{number}")
        if made is None:
            return
        uid, version = made["id"], made["version"]
        self.saved[uid] = letter["text"]
        for pause in range(3):
            told = self._save(uid, version, f"Saved {number}, the {pause}. time.")
            if told is None:
                return
            version = told["version"]
        if number % 2 and self._ask("POST", f"drafts/{uid}/send/", {}, f"send-{number}"):
            self.handed.add(letter["to"][0])

    def _save(self, uid: str, version: int, text: str) -> Any:
        """A save has no key: whoever hears nothing looks what stands, and may save again."""
        while True:
            status, told = self._once("PATCH", f"drafts/{uid}/", {"text": text, "version": version})
            if status == 200:
                self.saved[uid] = text
                return told
            if status not in (0, *LATER):
                return self._refuse("save", status, told)
            found = self._ask("GET", f"drafts/{uid}/", None, "")
            if found is None or found["text"] == text:
                if found is not None:
                    self.saved[uid] = text
                return found
            version = found["version"]

    def _ask(self, method: str, path: str, body: Any, key: str) -> Any:
        """Ask until there is an answer; None where it was refused for good."""
        while True:
            status, told = self._once(method, path, body, key)
            if 200 <= status < 300:
                return told
            if status not in (0, *LATER):
                return self._refuse(path, status, told)

    def _once(self, method: str, path: str, body: Any, key: str = "") -> tuple[int, Any]:
        """(status, answer); status 0 where the line broke."""
        headers = {"Authorization": self._token, "Host": f"localhost:{self.port}"}
        headers |= {"Content-Type": JSON} if body is not None else {}
        headers |= {"Idempotency-Key": key} if key else {}
        line = http.client.HTTPConnection("127.0.0.1", self.at, timeout=TIMEOUT)
        try:
            words = json.dumps(body) if body is not None else None
            line.request(method, f"/api/v1/{path}", words, headers)
            answer = line.getresponse()
            status, told = answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            status, told = 0, None
        finally:
            line.close()
        with self._lock:
            self.answered += 200 <= status < 300
            self.broken += not status
        if not 200 <= status < 300:
            time.sleep(AGAIN)
        return status, told

    def _refuse(self, what: str, status: int, told: Any) -> None:
        self.refused.append(f"{what}: {status} {told}")
        print(f"  {self.refused[-1][:300]}", flush=True)
