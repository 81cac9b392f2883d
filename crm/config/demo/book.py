"""What Acme knows of the demo's customers when the first mail is fetched: deals, a lead, plans.

Three who write are left out on purpose, so that there is somebody to take up from a mail. Days
count back from the start of the demo; those of what is still to come count on from it.
"""

from dataclasses import dataclass

QUALIFIED, TOUCHED, SHOWN, OFFERED, CONTRACT = range(5)
# Of the six types of activity, by their place
CALL, MEETING, TASK = range(3)

KNOWN = (
    "helen", "james", "mark", "priya", "soren", "zoe", "tom", "aisha", "grace",
    "helena", "joao", "luisa", "antonio",
)  # fmt: skip
# Whose people and deals these are, where they are not Alice's
BOBS = {"soren", "grace", "aisha"}


@dataclass(frozen=True)
class Dealt:
    """A deal with whom it is; `moves` are (stage, days ago) after it was opened."""

    key: str
    customer: str
    title: str
    value: int
    opened: int
    moves: tuple[tuple[int, int], ...] = ()
    closes_in: int = 30
    won: int | None = None
    lost: tuple[int, str] | None = None


DEALS = (
    Dealt("scanners", "helen", "Forty scanners for hall 2", 23_800, 41,
          ((SHOWN, 33), (OFFERED, 32), (CONTRACT, 12)), closes_in=6),
    Dealt("labels", "priya", "Freezer labels, 600 rolls a quarter", 9_600, 20,
          ((TOUCHED, 19), (OFFERED, 12)), closes_in=18),
    Dealt("service", "tom", "Service contract, 32 pharmacies", 14_600, 18,
          ((OFFERED, 17),), closes_in=38),
    Dealt("lamps", "tom", "Pick-by-light for the night shift", 11_200, 6,
          ((SHOWN, 3),), closes_in=45),
    Dealt("software", "zoe", "Warehouse software with training", 31_000, 16,
          ((OFFERED, 15), (CONTRACT, 10)), won=1),
    Dealt("year", "james", "Labels for 2027", 18_200, 35, ((OFFERED, 34),), won=29),
    Dealt("masts", "soren", "Scanner masts for gates 5 to 8", 7_300, 60, ((TOUCHED, 52),),
          lost=(21, "No need any more")),
    Dealt("vans", "aisha", "Mobile printers for twelve vans", 6_900, 9, ((TOUCHED, 7),),
          closes_in=50),
    Dealt("cajamar", "helena", "25 coletores para Cajamar", 42_500, 37,
          ((OFFERED, 34), (CONTRACT, 2)), closes_in=3),
    Dealt("cafe", "luisa", "Etiquetas para café, 40 rolos por mês", 4_800, 23,
          ((SHOWN, 14), (OFFERED, 13)), closes_in=12),
    Dealt("belts", "antonio", "Duas linhas de esteira, 18 m", 88_000, 8,
          ((SHOWN, 4), (OFFERED, 3)), closes_in=60),
)  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """An activity about what is named so, `days` from now; those of the past are done."""

    about: str
    kind: int
    subject: str
    days: int
    is_bobs: bool = False


PLANS = (
    Planned("scanners", TASK, "Order confirmation with PO-48117", 0),
    Planned("scanners", MEETING, "First day in hall 2", 12, is_bobs=True),
    Planned("service", CALL, "Go through the papers with Tom", 1),
    Planned("lamps", MEETING, "Demo with the head pharmacist", -3),
    Planned("cajamar", TASK, "Confirm Monday after eight", 0),
    Planned("belts", CALL, "How long the line stands still in December", 2),
    Planned("vans", CALL, "Ask which vans get one first", 4, is_bobs=True),
    Planned("racks", CALL, "Did the architect make up his mind?", 3, is_bobs=True),
)
# About which deal, and what was noted
NOTES = (
    ("lamps", "The head pharmacist decides, not Tom. She asks what happens with medicine that must"
              " be counted twice: two short blinks, and the lamp stays on."),
    ("scanners", "Goods-in turns the truck around without the purchase number on the note."),
)  # fmt: skip
LEAD = ("grace", "Floor racks, 180 shelves", "Website", 16_500)
PROJECT = "Rollout at Müller & Söhne"
# Name, days until it is due, and whose
TASKS = (
    ("Agree on a Friday for the training", 2, "alice"),
    ("Set up the scanners", 9, "bob"),
    ("Hand over, and call the father", 20, "alice"),
)
