"""The tasks of a template as lines of text."""

import re
from collections.abc import Sequence
from typing import Any

MOST_TASKS, MOST_DAYS = 200, 3650
# "Order the parts (5)": a task that is due five days after the first one
LINE = re.compile(r"^(?P<sub>[-–•*]\s*)?(?P<name>.*?)(?:\s*\((?P<days>\d{1,4})\))?$")


def read_tasks(text: str) -> list[dict[str, Any]]:
    """The tasks of a text, as a template keeps them."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        match = LINE.match(line.strip())
        name = match["name"].strip()[:200] if match else ""
        if not match or not name:
            continue
        days = min(int(match["days"]), MOST_DAYS) if match["days"] else None
        if match["sub"] and found:
            found[-1]["tasks"].append({"name": name, "days": days})
        else:
            found.append({"name": name, "days": days, "tasks": []})
    return found


def write_tasks(tasks: Sequence[dict[str, Any]]) -> str:
    """The text of a template's tasks, as people change it."""
    lines = []
    for each in tasks:
        lines.append(_line(each))
        lines += [f"- {_line(one)}" for one in each.get("tasks", [])]
    return "\n".join(lines)


def _line(task: dict[str, Any]) -> str:
    days = task.get("days")
    return str(task["name"]) if days is None else f"{task['name']} ({days})"
