"""What is true of the code itself."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from webapp.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


ROOT = Path(__file__).parent.parent.parent
CODE = sorted((ROOT / "webapp").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path} imports by a relative name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# Each may import what stands before it, and not what stands after it.
ORDER = [
    "web",
    "audit",
    "mail",
    "accounts",
    "organizations",
    "knowledge",
    "guard",
    "assistants",
    "scenarios",
    "chat",
    "feedback",
    "scorecards",
    "probes",
]
DOMAINS = ORDER[1:]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    own = name_of(path).split(".")[1] if "." in name_of(path) else ""
    for module in imports(path):
        assert module.split(".")[0] not in {"workers", "tests", "local", "demo", "bench"}, module
        parts = module.split(".")
        if parts[0] != "webapp" or len(parts) == 1:
            continue
        if own in {"web", "ai"}:
            assert parts[1] not in DOMAINS, f"{own} knows no domain, but imports {module}"
        if own == "ai":
            assert parts[1] == "ai", f"ai stands alone, but imports {module}"
        if own in DOMAINS and parts[1] in DOMAINS:
            assert DOMAINS.index(parts[1]) <= DOMAINS.index(own), f"{own} imports {module}"


@pytest.mark.parametrize("folder", ["webapp", "workers", "local"])
def test_vendors_are_known_only_to_ai_and_mail_servers_only_to_mail(folder: str) -> None:
    models, network, mail = {"openai", "numpy", "tokenizers"}, {"httpx", "httpx2"}, {"smtplib"}
    allowed = {ROOT / "webapp" / "ai": models | network, ROOT / "webapp" / "mail": network | mail}
    for path in (ROOT / folder).rglob("*.py"):
        here = next((names for home, names in allowed.items() if home in path.parents), set())
        for module in imports(path):
            assert module.split(".")[0] not in (models | network | mail) - here, (path, module)


def test_every_job_that_is_enqueued_exists() -> None:
    names = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"jobs.enqueue", "enqueue"}:
                assert isinstance(node.args[0], ast.Constant), f"{path}: name the job plainly"
                names.add(node.args[0].value)
    assert names
    for name in names:
        module, _, function = name.rpartition(".")
        tree = ast.parse((ROOT / "workers" / f"{module.replace('.', '/')}.py").read_text())
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_routes_are_get_or_post(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"}), rule


# Templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_templates_keep_to_the_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\|\s*safe\b", text), "say Markup in Python, where it is reviewed"
    assert "autoescape false" not in text
    if path.parent.name != "mail":  # Mail programs fetch no style sheet; its one layout carries its own.
        assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\shx-on[:-]", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert "javascript:" not in text
    for script in re.findall(r"<script\b[^>]*>.*?</script>", text, re.DOTALL):
        assert "src=" in script
        assert script.endswith("></script>")
    assert not re.search(r"(?:src|href)=\"https?:", text), "everything comes from our own address"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_page_has_a_title(path: Path) -> None:
    text = path.read_text()
    if "{% extends" in text and "layouts" not in path.parts:
        assert re.search(r"\{% block title %\}.+?\{% endblock %\}", text)


def test_every_template_is_used() -> None:
    everything = "\n".join(path.read_text() for path in (*CODE, *TEMPLATES))
    for path in TEMPLATES:
        assert f'"{path.relative_to(ROOT / "templates").as_posix()}"' in everything, path


def test_every_mail_says_the_same_in_plain_text() -> None:
    mails = [path for path in TEMPLATES if path.parent.name == "mail" and not path.name.startswith("_")]
    assert mails
    for path in mails:
        assert path.with_suffix(".txt").is_file(), path


def test_every_icon_exists() -> None:
    sprite = set(re.findall(r'<symbol[^>]*\bid="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))
    assert sprite
    used = set()
    for path in TEMPLATES:
        text = path.read_text()
        used |= set(re.findall(r'\bicon(?:_words)?\("([^"]+)"', text))
        for choice, otherwise in re.findall(r'\bicon\(\{([^}]*)\}\.get\(\w+, "([^"]+)"\)', text):
            used |= {otherwise, *re.findall(r': "([^"]+)"', choice)}
        told = len(re.findall(r'\bicon(?:_words)?\((?:"|\{|name)', text))
        assert len(re.findall(r"\bicon(?:_words)?\(", text)) == told, path
    assert used <= sprite, used - sprite
    for path in (ROOT / "static" / "js").rglob("*.js"):
        for name in re.findall(r"icons\.svg#([a-z-]+)", path.read_text()):
            assert name in sprite


def test_scripts_write_no_html_and_evaluate_nothing() -> None:
    for path in (ROOT / "static" / "js").rglob("*.js"):
        text = path.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "document.write"):
            assert word not in text, (path, word)


# Settings


def test_the_readme_has_every_setting_as_the_code_describes_it() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    told = {name: (default, words) for name, default, words in rows}
    expected = {}
    for name, field in Settings.model_fields.items():
        default = "required" if field.is_required() else shown(field.default)
        expected[name.upper()] = (default, field.description)
    assert told == expected
    assert [name for name, *_ in rows] == list(expected)


def shown(default: object) -> str:
    """Return a default as the table shows it."""
    if default is None:
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def test_every_variable_that_is_read_is_a_setting_or_a_hosts_own() -> None:
    theirs = {"PORT", "BIND_HOST", "WEB_CONCURRENCY", "TRUSTED_PROXIES", "FORWARDED_ALLOW_IPS", "OPENBLAS_NUM_THREADS"}
    known = {name.upper() for name in Settings.model_fields} | theirs
    for path in (*CODE, *(ROOT / "workers").rglob("*.py"), ROOT / "gunicorn.conf.py"):
        for name in re.findall(r"os\.environ(?:\.get\(|\.setdefault\(|\[)\"([A-Z_]+)\"", path.read_text()):
            assert name in known, (path, name)


# The schema


def test_the_migrations_have_one_head_and_the_models_nothing_that_they_lack(environment: dict[str, str]) -> None:
    import os

    for command in (["heads"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "db", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        if command == ["heads"]:
            assert done.stdout.count("(head)") == 1


def test_everything_can_be_imported_by_itself() -> None:
    for path in CODE:
        importlib.import_module(name_of(path))
