"""Enters what Acme knows of its customers, before any of their mail is fetched."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from crm.config.demo import book, people
from crm.contacts import actions as contacts
from crm.contacts.actions import Reach
from crm.contacts.models import Organization, Person
from crm.deals import actions as deals
from crm.deals.models import Deal, Stage
from crm.leads import actions as leads
from crm.projects import actions as projects
from crm.projects.actions.tasks import create_task
from crm.projects.models import Phase
from crm.timeline.actions import activities, due, notes
from crm.timeline.actions.preparing import prepare_types
from crm.workspaces.models import Membership


@dataclass
class Entering:
    """Alice and Bob enter their customers; `at` is now, what lies behind was entered then."""

    alice: Membership
    bob: Membership
    at: datetime
    firms: dict[str, Organization] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)

    def all(self) -> None:
        """Everything of the book; a transaction of the workspace is open."""
        deals.prepare_selling(by=self.alice, at=self._ago(70))
        for key in book.KNOWN:
            self._person(people.by_key(key))
        for dealt in book.DEALS:
            self.records[dealt.key] = self._deal(dealt)
        self.records["racks"] = self._lead(*book.LEAD)
        self._project()
        for planned in book.PLANS:
            self._plan(planned)
        for about, text in book.NOTES:
            notes.write_note(
                html=f"<p>{text}</p>", about=[self.records[about]], by=self.alice, at=self._ago(3)
            )

    def _ago(self, days: int) -> datetime:
        return self.at - timedelta(days=days)

    def _whose(self, key: str) -> Membership:
        return self.bob if key in book.BOBS else self.alice

    def _person(self, customer: people.Customer) -> None:
        by, at = self._whose(customer.key), self._ago(65)
        domain = customer.address.partition("@")[2]
        if domain not in self.firms:
            self.firms[domain] = contacts.create_organization(
                name=customer.company, values={"domains": [domain]}, by=by, at=at
            )
        self.persons[customer.key] = contacts.create_person(
            name=customer.name,
            emails=[Reach(customer.address)],
            values={"title": customer.title, "organization": self.firms[domain]},
            by=by,
            at=at,
        )

    def _who(self, key: str) -> dict[str, Any]:
        person = self.persons[key]
        return {"person": person, "organization": person.organization}

    def _deal(self, dealt: book.Dealt) -> Deal:
        by = self._whose(dealt.customer)
        stages = list(Stage.objects.order_by("position"))
        closes_on = (self.at + timedelta(days=dealt.closes_in)).date()
        values = {"value": Decimal(dealt.value), "expected_on": closes_on}
        deal = deals.create_deal(
            name=dealt.title,
            stage=stages[book.QUALIFIED],
            currency="EUR",
            values=values | self._who(dealt.customer),
            by=by,
            at=self._ago(dealt.opened),
        )
        for stage, days in dealt.moves:
            deal = deals.move_deal(deal=deal, to=stages[stage], by=by, at=self._ago(days))
        if dealt.won is not None:
            return deals.win_deal(deal=deal, by=by, at=self._ago(dealt.won))
        if dealt.lost is not None:
            days, reason = dealt.lost
            return deals.lose_deal(deal=deal, reason=reason, by=by, at=self._ago(days))
        return deal

    def _lead(self, key: str, title: str, source: str, value: int) -> Any:
        values = {"source": source, "value": Decimal(value)} | self._who(key)
        by, at = self._whose(key), self._ago(5)
        return leads.create_lead(name=title, currency="EUR", values=values, by=by, at=at)

    def _project(self) -> None:
        """What follows the deal that was won last."""
        by, at = self.alice, self._ago(1)
        projects.prepare_delivering(by=by, at=at)
        values = {"due_on": (self.at + timedelta(days=30)).date()} | self._who("zoe")
        project = projects.create_project(
            name=book.PROJECT,
            phase=Phase.objects.order_by("board", "position")[0],
            values=values,
            deals=[self.records["software"]],
            source=self.records["software"],
            by=by,
            at=at,
        )
        for name, days, who in book.TASKS:
            due_on = (self.at + timedelta(days=days)).date()
            values = {"due_on": due_on, "assignee": self.bob if who == "bob" else self.alice}
            create_task(project=project, name=name, values=values, by=by, at=at)

    def _plan(self, planned: book.Planned) -> None:
        who = self.bob if planned.is_bobs else self.alice
        day = self.at + timedelta(days=planned.days)
        activities.create_activity(
            values={
                "type": prepare_types()[planned.kind],
                "subject": planned.subject,
                "is_done": planned.days < 0,
            },
            due=due.Due(on=day.date()),
            about=[self.records[planned.about]],
            by=who,
            at=day if planned.days < 0 else self.at,
        )
