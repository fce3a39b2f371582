"""What admins do with scenarios: write them, take those that come with the product, change and delete them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.accounts.models import Person
from webapp.assistants.models import Assistant
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.records import uuid7
from webapp.scenarios import access
from webapp.scenarios.models import SCENE, Scenario
from webapp.scenarios.supplied import SUPPLIED


def create(assistant: Assistant, columns: Mapping[str, Any], by: Person) -> Scenario:
    """Give an assistant one more customer, after the others."""
    scenario = _added(assistant, columns, _next_position(assistant.id))
    db.session.flush()
    _note(Action.SCENARIO_CREATED, scenario, by)
    return scenario


def change(scenario: Scenario, assistant: Assistant, columns: Mapping[str, Any], by: Person) -> list[str]:
    """Make a scenario what is wanted, and return what changed by name. Plays that have begun go on as they were."""
    changed = [name for name in SCENE if getattr(scenario, name) != columns[name]]
    for name in changed:
        setattr(scenario, name, columns[name])
    if scenario.assistant_id != assistant.id:
        scenario.position = _next_position(assistant.id)
        scenario.assistant = assistant
        changed.append("assistant")
    if changed:
        _note(Action.SCENARIO_CHANGED, scenario, by, fields=changed)
    return changed


def remove(scenario: Scenario, by: Person) -> None:
    """Delete a scenario. What was played of it stays."""
    _note(Action.SCENARIO_DELETED, scenario, by)
    db.session.delete(scenario)


def add_supplied(assistant: Assistant, by: Person) -> int:
    """Give an assistant those of the customers that come with the product whom it lacks; return how many."""
    known = {scenario.title for scenario in access.offered(assistant)}
    position = _next_position(assistant.id)
    new = [each for each in SUPPLIED.values() if each.title not in known]
    for place, each in enumerate(new, position):
        columns = {name: getattr(each, name) for name in SCENE}
        columns |= {"objections": list(each.objections), "checks": list(each.checks)}
        scenario = _added(assistant, columns, place)
        _note(Action.SCENARIO_CREATED, scenario, by)
    return len(new)


def _added(assistant: Assistant, columns: Mapping[str, Any], position: int) -> Scenario:
    scenario = Scenario(
        id=uuid7(),
        organization_id=assistant.organization_id,
        assistant_id=assistant.id,
        position=position,
        **columns,
    )
    db.session.add(scenario)
    return scenario


def _next_position(assistant_id: UUID) -> int:
    last = db.session.scalar(select(func.max(Scenario.position)).where(Scenario.assistant_id == assistant_id))
    return 0 if last is None else last + 1


def _note(action: Action, scenario: Scenario, by: Person, **details: Any) -> None:
    note(action, scenario.organization_id, by=by, subject=scenario.title, subject_id=scenario.id, **details)
