"""Thirty days of a practice: news of its EMR, campaigns, the nightly plan, and agents who work their lists in order."""

import io
import uuid
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts import report_mails, tenancy
from campaigns import attempts, campaign_setup, directory, plan, script_versions
from campaigns.models import Callback, Campaign
from campaigns.scripts import standard_text
from imports import importing, running
from imports.importing import import_file
from imports.models import FileImport
from patients.models import Appointment, Location, Provider

from . import states
from .moment import is_workday
from .talk import Talks
from .worklist import Worklist

DAYS = 30
NEWS_EVERY = 7
SCRIPTS_ON = 2
ANALYZE_AFTER = {1, 3}
DAYS_OFF = 2
# Callbacks that a demo must have to show: minutes from the present, the last one overdue.
SHOWN_CALLBACKS = (95, 35, -25)


class Life:
    """One practice from its first import to the present moment. `report` takes a line for each step.

    `analyze` brings the planner's statistics up to date, which the runtime role itself may not do.
    """

    def __init__(self, *, practice, specification, emr, now, report, analyze, days=DAYS, claims_all=False):
        self.practice, self.specification, self.emr, self.now = practice, specification, emr, now
        self.report, self.analyze, self.days, self.rng = report, analyze, days, emr.rng
        self.today = practice.business_date(now)
        self.first_day = self.today - timedelta(days=days)
        self.began_at = timezone.now()
        self.worklist = Worklist(practice, claims_all=claims_all)
        self.exported_on = None

    def live(self):
        """Let all days pass, the last one until `now`."""
        self._gather_people()
        for number in range(self.days + 1):
            on = self.first_day + timedelta(days=number)
            if number % NEWS_EVERY == 0:
                self._import_news(on)
                self.analyze()
            with tenancy.practice(self.practice.pk):
                if number == 0:
                    self._fill_directory()
                self._open_campaigns(number, on)
                if number == SCRIPTS_ON:
                    self._write_scripts(on)
                self._pass(on)
                self._date_back(on)
            if number in ANALYZE_AFTER:
                self.analyze()
            if number and number % 5 == 0:
                self.report(f"{number} of {self.days} days lived")
        with tenancy.practice(self.practice.pk):
            for number in range(self.days + 1):
                states.fill(practice=self.practice, on=self.first_day + timedelta(days=number), now=self.now)
            report_mails.choose(member=self.supervisor, daily=True, weekly=True)

    def _gather_people(self):
        with tenancy.practice(self.practice.pk):
            members = list(self.practice.memberships.select_related("user", "practice").order_by("pk"))
        self.admin = next(member for member in members if member.is_admin)
        self.agents = [member for member in members if member.is_agent]
        self.supervisor = next(member for member in members if member.leads and not member.is_admin)
        skills = {person.email: person.skill for person in self.specification.people}
        self.talks = Talks(self.practice, self.emr, skills={agent.pk: skills[agent.user.email] for agent in self.agents})
        self.off = {agent.pk: self._days_off() for agent in self.agents}

    def _days_off(self):
        return {self.first_day + timedelta(days=self.rng.randrange(self.days)) for _ in range(DAYS_OFF)}

    # Mornings

    def _import_news(self, on):
        """What the EMR exports before dawn: everything at first, later what is new or changed."""
        charts, visits = self.emr.changed_since(self.exported_on or date.min)
        now = min(self._at(on, time(1, 30)), self.now)
        for name, content in self.specification.export(charts, visits, on=on):
            figures = import_file(practice_id=self.practice.pk, stream=io.BytesIO(content), name=name, now=now, by=self.admin)
            if figures["held"]:  # the first file of news is much shorter than the first export
                figures = self._look_and_confirm(now)
            self.report(f"{name}: {figures['rows']} rows, {figures['create']} new patients, {figures['rejected']} rejected")
        self.exported_on = on
        with tenancy.practice(self.practice.pk):
            FileImport.objects.filter(created_at__gte=self.began_at).update(created_at=now)
            self.talks.meet_patients()

    def _fill_directory(self):
        """The admin takes over all offices and providers that the first files name."""
        for kind in (Location, Provider):
            names = [name for name, _visits in directory.found(practice=self.practice, kind=kind)]
            directory.add_found(practice=self.practice, kind=kind, names=names)

    def _look_and_confirm(self, now):
        with tenancy.practice(self.practice.pk):
            held = FileImport.objects.latest("pk")
            held.confirm(by=self.admin)
        running.run(practice_id=self.practice.pk, import_id=held.pk, now=now)
        with tenancy.practice(self.practice.pk):
            held.refresh_from_db()
        return importing.figures(held)

    def _open_campaigns(self, number, on):
        for fields in self.specification.campaigns:
            fields = dict(fields)
            if fields.pop("day") != number:
                continue
            starts_on = on + timedelta(days=fields.pop("starts_in", 0))
            campaign = Campaign(starts_on=starts_on, **fields)
            campaign_setup.save(campaign=campaign, agents=(), by=self.admin, now=min(self._at(on, time(2, 30)), self.now))

    def _write_scripts(self, on):
        """The supervisor writes in the morning, the admin looks at noon."""
        for script in self.specification.scripts:
            text = standard_text(script.workflow, "en").replace(script.standard, script.own)
            version = script_versions.write(
                practice=self.practice, workflow=script.workflow, language="en", text=text, seen=0, by=self.supervisor,
                now=self._at(on, time(9, 30)),
            )  # fmt: skip
            if script.is_approved:
                script_versions.approve(version=version, by=self.admin, now=self._at(on, time(12, 10)))

    def _build(self, on):
        plan.build(practice=self.practice, now=self._at(on, self.practice.build_at))
        self.worklist.forget()

    # Days

    def _pass(self, on):
        dials = self._dials(on)
        if dials and self._at(on, self.practice.build_at) <= self.now:
            self._build(on)
            self._work(dials)
        if on < self.today:
            self.emr.pass_day(on)

    def _work(self, dials):
        free_at = {}
        for started_at, agent in dials:
            started_at = max(started_at, free_at.get(agent.pk, started_at))
            if started_at < self.now:
                free_at[agent.pk] = self._dial(agent, started_at) + timedelta(seconds=self.rng.randint(8, 40))

    def _dials(self, on):
        """(moment, agent) of every dial of a day, in order of time."""
        agents = [agent for agent in self.agents if on.isoweekday() in agent.shift_days and on not in self.off[agent.pk]]
        dials = [(moment, agent) for agent in agents for moment in self._dials_of(agent, on)]
        if any(agent.works_at(self.now) for agent in self.agents):
            dials = self._leave_promises(on, dials)
        return sorted(dials, key=lambda dial: (dial[0], dial[1].pk))

    def _dials_of(self, agent, on):
        """Evenly over the shift with a shake, but for half an hour of lunch."""
        starts, ends = self._at(on, agent.shift_starts), self._at(on, agent.shift_ends)
        lunch = starts + (ends - starts) * self.rng.uniform(0.4, 0.55)
        count = round(agent.daily_capacity * self.rng.uniform(0.86, 1.0))
        step = (ends - starts) / count
        moments = [starts + step * (n + self.rng.uniform(0.0, 0.9)) for n in range(count)]
        return [moment for moment in moments if not lunch <= moment < lunch + timedelta(minutes=30)]

    def _leave_promises(self, on, dials):
        """See to it that the present finds callbacks to come, asked for the working day before, and one overdue."""
        promised = [self._quarter(self.now + timedelta(minutes=minutes)) for minutes in SHOWN_CALLBACKS]
        if on == self._workday_before_today():
            self.talks.wanted_callbacks = promised
        if on == self.today:  # everybody has stepped away from the desk when the last one comes due
            return [dial for dial in dials if not promised[-1] - timedelta(minutes=5) < dial[0] < self.now]
        return dials

    def _workday_before_today(self):
        before = self.today - timedelta(days=1)
        while not is_workday(before):
            before -= timedelta(days=1)
        return before

    def _dial(self, agent, started_at):
        """One dial; returns when the agent is free again."""
        call = self.worklist.next(agent, now=started_at)
        if call is None:
            return started_at
        outcome, seconds = self.talks.hold(call, agent=agent, now=started_at)
        ended_at = min(started_at + timedelta(seconds=seconds), self.now)
        attempts.record(
            enrollment_id=call.enrollment_id,
            agent=agent,
            key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            outcome=outcome,
            now=ended_at,
            started_at=started_at,
            source=call.source,
            lease_id=call.lease_id,
        )
        if outcome.code == "DNC":
            self.worklist.forget()
            self.talks.meet_patients()
        elif outcome.callback_at:
            self.worklist.promise(agent, due_at=outcome.callback_at)
        return ended_at

    def _date_back(self, on):
        """Rows that the database dated by its own clock get the evening of the day they stand for."""
        evening = min(self._at(on, time(19, 0)), self.now)
        for model in (Appointment, Callback):
            model.objects.filter(created_at__gte=self.began_at).update(created_at=evening)

    def _at(self, on, clock):
        return datetime.combine(on, clock, self.practice.zone)

    def _quarter(self, moment):
        return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
