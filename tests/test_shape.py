"""The shape of the house: sizes, names, arrows, and who may go round the wall."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parents[1]
APPS = ("crm", "inbox", "sync", "tracking", "automations", "reports")

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES, MEDIAN_LINES = 400, 60, 130, 60
DRAWERS = {"utils", "helpers", "common", "misc", "services", "managers", "handlers", "constants"}

# The eight names, and the words Python, Django or an app's own subject brings along
EIGHT = {"models", "queries", "actions", "forms", "tasks", "views", "api", "urls"}
FRAMEWORK = {"__init__", "apps", "admin", "migrations", "management", "templatetags"}
SUBJECTS = {
    "crm/workspaces": {
        "accounts",
        "alone",
        "archive",
        "backfill",
        "bulk",
        "chain",
        "checks",
        "checksums",
        "confirmation",
        "directory",
        "doorbell",
        "guard",
        "inspection",
        "middleware",
        "opening",
        "operators",
        "parts",
        "permissions",
        "pieces",
        "policy",
        "postgres",
        "presence",
        "quiet",
        "rotation",
        "router",
        "sealing",
        "sessions",
        "sheets",
        "statements",
        "streaming",
        "tenancy",
        "tokens",
        "trail",
        "turns",
        "verbs",
        "walls",
        "witness",
        "workbooks",
    },
    "crm/ui": {
        "addresses",
        "charts",
        "context",
        "live",
        "render",
        "rest",
        "spelling",
        "stream",
        "tally",
        "times",
        "wishes",
        "words",
    },
    "crm/timeline": {"content_urls", "departing", "links", "sentences", "subjects", "wording"},
    "crm/fields": {"alike", "facts", "filters", "history", "phones", "spelling", "values"},
    "crm/contacts": {"importing", "tables"},
    "inbox": {"content_urls", "departing", "links", "mime", "remote"},
    "crm/deals": {"importing"},
    "crm/leads": {"importing"},
    "crm/projects": {"importing"},
    "sync": {"providers"},
    "tracking": {"agents", "rewrite"},
    "automations": {"receivers"},
    "reports": set(),
}

# Rows of every workspace, or another role than the walled one: each use has its reason
ACROSS = {
    "crm/workspaces/directory.py": "looks up by exact key before a workspace is open",
    "crm/workspaces/actions/": "writes the directory",
    "crm/workspaces/models/users.py": "keeps what memberships repeat in step",
    "crm/workspaces/forms/signing.py": "makes a user and a workspace in one transaction",
    "crm/workspaces/views/workspace.py": "reads the one workspace that is open",
    "crm/workspaces/operators.py": "the operators' pages",
    "crm/workspaces/admin/": "the operators' pages",
    "crm/workspaces/archive.py": "exports the one workspace that is open",
    "crm/workspaces/witness.py": "finds the account a wrong password was for",
    "crm/workspaces/rotation.py": "changes the keys of every workspace",
    "crm/workspaces/backfill.py": "works in every workspace, one after the other",
    "crm/workspaces/inspection.py": "looks at the tables themselves",
    "crm/workspaces/postgres/planning.py": "tells the planner of tables, and reads no row",
    "crm/workspaces/turns.py": "finds the workspaces in which rows are due",
    "crm/workspaces/tenancy.py": "defines the unwalled manager",
    "crm/workspaces/router.py": "says which role reads what",
    "crm/workspaces/management/commands/": "run by whoever runs Fio",
    "inbox/actions/blocking.py": "finds blocks that somebody left halfway in every workspace",
    "inbox/actions/sweeping.py": "finds what is being done to many in every workspace",
    "crm/contacts/actions/importing.py": "finds imports that are due in every workspace",
    "crm/deals/actions/removing.py": "finds stages that are being removed in every workspace",
    "tracking/queries/": "finds the workspace a token belongs to by exact key",
    "crm/config/": "wires, prepares and probes",
    "sync/actions/": "claims what is due in every workspace",
    "sync/queries/everywhere/": "the operators' page over all mailboxes",
    "sync/management/commands/": "run by whoever runs Fio",
}
ACROSS_WORDS = re.compile(
    r"\.unwalled\b|using\(\s*\"(?:system|owner)\"|connections\[\"(?:system|owner)\"\]"
    r"|atomic\(\s*(?:using=)?\"(?:system|owner)\"|db_manager\("
)
# What is cached is seen by every workspace unless its key names one
CACHING = {
    "crm/config/cache.py": "is the cache",
    "crm/config/settings.py": "names the cache",
    "crm/config/probes.py": "whether the process is well",
    "crm/ui/rest/throttles.py": "counts by token",
    "crm/workspaces/accounts.py": "reads django-allauth's own counts",
    "inbox/views/content.py": "its keys begin with the workspace",
    "sync/views/trials.py": "its keys are random, or of a mailbox that was asked for first",
}


def sources(*roots: str) -> list[Path]:
    """Our Python files as git knows them, without migrations."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *roots],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines() if line.endswith(".py")]
    return [path for path in paths if path.exists() and "migrations" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


CODE = sources(*APPS)


def test_it_keeps_files_small() -> None:
    lines = {name(path): len(path.read_text().splitlines()) for path in CODE}
    assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}
    assert statistics.median(count for count in lines.values() if count) <= MEDIAN_LINES


def test_it_keeps_functions_short() -> None:
    long = {}
    for path in CODE:
        for node in functions(path):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION_LINES:
                long[f"{name(path)}:{node.name}"] = count
    assert long == {}


def test_it_keeps_templates_short() -> None:
    lines = {
        name(path): len(path.read_text().splitlines())
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {path: count for path, count in lines.items() if count > TEMPLATE_LINES} == {}


def test_it_asks_again_for_what_was_typed_last() -> None:
    """Without it htmx keeps the first of what waits, and forgets the letters after it."""
    late = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        for found in re.findall(r'hx-trigger="input [^"]*"(?P<rest>[^>]*)', path.read_text())
        if 'hx-sync="replace"' not in found
    }
    assert late == set()


def test_it_has_no_drawers() -> None:
    for path in [*CODE, *sources("tests", "bench")]:
        words = set(path.relative_to(ROOT).with_suffix("").parts)
        assert not words & DRAWERS, name(path)


@pytest.mark.parametrize("app", SUBJECTS)
def test_it_uses_the_names_every_app_uses(app: str) -> None:
    allowed = EIGHT | FRAMEWORK | SUBJECTS[app]
    found = {path.relative_to(ROOT / app).with_suffix("").parts[0] for path in sources(app)}
    assert found <= allowed, "an unusual word needs its place in SUBJECTS"


def test_it_goes_round_the_wall_only_where_that_is_the_job() -> None:
    users = {name(path) for path in CODE if ACROSS_WORDS.search(path.read_text())}
    strangers = {path for path in users if not path.startswith(tuple(ACROSS))}
    assert strangers == set()


def test_it_names_the_workspace_to_postgresql_in_one_place() -> None:
    users = {name(path) for path in CODE if re.search(r"set_config\(", path.read_text())}
    assert users == {"crm/workspaces/opening.py"}
    for path in CODE:
        assert not re.search(r"set_config\([^)]*false", path.read_text()), name(path)


def test_it_gives_every_advisory_lock_a_number_of_its_own() -> None:
    taken = [
        number
        for path in CODE
        for number in re.findall(r"^LOCK = (0x[0-9A-F]+)", path.read_text(), re.MULTILINE)
    ]
    assert len(taken) > 3 and len(taken) == len(set(taken))


def test_it_caches_nothing_across_workspaces() -> None:
    users = {name(path) for path in CODE if "django.core.cache" in path.read_text()}
    assert users <= set(CACHING)


def test_it_imports_at_the_top() -> None:
    for path in CODE:
        if path.name == "apps.py":
            continue
        for node in functions(path):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{name(path)}:{node.name} imports inside"


def test_it_leaves_nothing_for_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|pytest\.skip\b")
    for path in [*CODE, *sources("tests", "bench")]:
        if path != Path(__file__):
            found = later.search(path.read_text())
            assert not found, f"{name(path)}: {found and found.group()}"


def _is_obvious(node: ast.FunctionDef) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], ast.Return)


def test_it_says_what_each_write_and_read_does() -> None:
    silent = []
    for path in CODE:
        if not {"actions", "queries"} & set(path.with_suffix("").parts):
            continue
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if not _is_obvious(node) and not ast.get_docstring(node):
                silent.append(f"{name(path)}:{node.name}")
    assert silent == []


def test_it_points_all_arrows_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(cache_dir=None) == 0
