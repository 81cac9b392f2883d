"""The production shape: valid by the compose specification, complete, least privilege."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from crm.config import celery
from crm.config.embedded import postgres

CHECKOUT = Path(__file__).parents[2]
FIO = ("pages", "pages-two", "events", "scheduler", "listener", "bootstrap", "migrate")

# What the compose specification asks of the keys that we use.
DURATION = {"type": "string", "pattern": r"^(\d+(ms|s|m|h))+$"}
HEALTH = {
    "type": "object",
    "additionalProperties": False,
    "required": ["test"],
    "properties": {
        "test": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "interval": DURATION,
        "timeout": DURATION,
        "start_period": DURATION,
        "retries": {"type": "integer", "minimum": 1},
    },
}
CONDITION = {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "image": {"type": "string"},
        "build": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"context": {"type": "string"}, "dockerfile": {"type": "string"}},
        },
        "command": {"type": "array", "items": {"type": "string"}},
        "environment": {
            "type": "object",
            "patternProperties": {"^[A-Z][A-Z0-9_]*$": {"type": "string"}},
            "additionalProperties": False,
        },
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "tmpfs": {"type": "array", "items": {"type": "string"}},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": "^[^:]+:[^:]+(:ro)?$"}},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^\d+:\d+(/udp)?$"}},
        "cap_drop": {"type": "array", "items": {"type": "string"}},
        "security_opt": {"type": "array", "items": {"type": "string"}},
        "shm_size": {"type": "string", "pattern": r"^\d+(kb|mb|gb)$"},
        "stop_grace_period": DURATION,
        "healthcheck": HEALTH,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": CONDITION},
            },
        },
    },
}
COMPOSE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors resolved."""
    content: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return content


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, COMPOSE)


def test_it_depends_only_on_what_there_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./") or source in compose["volumes"], name
            assert not source.startswith("./") or (CHECKOUT / source).exists(), name


def test_it_serves_every_lane_exactly_once(compose: dict[str, Any]) -> None:
    lanes: list[str] = []
    for service in compose["services"].values():
        for word in service.get("command", []):
            if word.startswith("--queues="):
                lanes += word.removeprefix("--queues=").split(",")
    assert sorted(lanes) == sorted(celery.LANES)


def test_it_makes_the_same_cluster_as_the_embedded_default(compose: dict[str, Any]) -> None:
    args = compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert tuple(args.split()) == postgres.INITDB_ARGS


def test_it_gives_the_owner_and_the_superuser_only_to_those_who_need_them(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        words = json.dumps(service)
        assert ("FIO_OWNER_PASSWORD" in words) == (name in {"bootstrap", "migrate"}), name
        assert ("FIO_ADMIN_PASSWORD" in words) == (name in {"bootstrap", "postgres"}), name


def test_it_runs_our_processes_without_privileges(compose: dict[str, Any]) -> None:
    services = compose["services"]
    ours = [name for name in services if name in FIO or name.startswith("worker-")]
    for name in ours:
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["read_only"], name
    assert "USER fio" in (CHECKOUT / "docker" / "Dockerfile").read_text()
    assert set(FIO) <= set(services)


def test_it_gets_every_value_from_a_fresh_env(compose: dict[str, Any]) -> None:
    made = subprocess.run(
        ["scripts/new-env", "https://crm.example.com", "https://content.example.net"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    values = dict(line.split("=", 1) for line in made.splitlines())
    required = set(re.findall(r"\$\{(\w+):\?", (CHECKOUT / "docker-compose.yml").read_text()))
    assert required == set(values)
    assert all(values.values())
    # They become parts of addresses.
    for name, value in values.items():
        assert not name.endswith("PASSWORD") or re.fullmatch(r"[A-Za-z0-9]{30,}", value)


def test_it_is_accepted_by_compose_itself_where_that_is_installed(tmp_path: Path) -> None:
    env = tmp_path / "env"
    env.write_text(
        subprocess.run(
            ["scripts/new-env", "https://crm.example.com", "https://content.example.net"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    commands = [["docker", "compose"], ["docker-compose"]]
    usable = [c for c in commands if shutil.which(c[0]) and _runs([*c, "version"])]
    for command in usable[:1]:
        argv = [*command, "--env-file", str(env), "-f", "docker-compose.yml", "config", "-q"]
        done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _runs(argv: list[str]) -> bool:
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
