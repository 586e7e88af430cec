"""Two practices with one of everything, each marked with words that the other must never show."""

import io
import uuid
from datetime import date, timedelta

from django.db.models.functions import Now

from accounts import api_tokens, clock, tenancy
from accounts.models import ApiToken, Membership
from campaigns import campaign_drafts, desk_messages, plan, script_versions
from campaigns.forms.campaign import as_typed
from campaigns.merging import merge
from campaigns.models import BulkChange, CalendarDay, CallAttempt, Callback, HoursRule, Lease, SavedView, WorkMove
from imports import running
from imports.intake import receive
from imports.models import FileImport, ImportProfile, ImportRow
from patients import doubles
from patients.models import Location, OptOut, PossibleDouble, Provider, ProviderPlace, VisitType
from tests.conftest import make_member, make_practice
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited


class World:
    """One practice with a patient of every state, all named after `mark`, and the ids that pages ask for."""

    def __init__(self, slug, mark):
        self.patient_mark = f"{mark}patient"
        self.practice = make_practice(slug, call_days=[1, 2, 3, 4, 5, 6, 7])
        self.now = clock.now()
        self.today = self.practice.business_date(self.now)
        self.admin = make_member(self.practice, f"Ada {mark}admin", Membership.Role.ADMIN)
        self.supervisor = make_member(self.practice, f"Sam {mark}supervisor", Membership.Role.SUPERVISOR)
        self.agent = make_member(self.practice, f"Ana {mark}agent", shift_days=[1, 2, 3, 4, 5, 6, 7])
        self.former_id = make_member(self.practice, f"Fay {mark}former", is_active=False).pk
        with tenancy.practice(self.practice.pk):
            self._fill(mark)
        with tenancy.practice(self.practice.pk):
            token, self.token = api_tokens.make(
                practice=self.practice, name=f"{mark}token", scopes=ApiToken.Scope.values, days=30, by=self.admin
            )
        self.token_id = token.pk
        self.membership_id, self.supervisor_id = self.agent.pk, self.supervisor.pk

    def _fill(self, mark):
        # Also on a holiday there is somebody to call.
        CalendarDay.objects.create(on=self.today, name="Sweep", is_closed=False, created_by=self.admin)
        self.campaign = make_campaign(self.practice, on=self.today, name=f"{mark}campaign")
        self.patient = make_patient("Pat", self.patient_mark, phones=2, mrn=f"{mark}mrn", zip_code="00901")
        for patient in (self.patient, make_patient("Paul", f"{mark}waits"), make_patient("Pia", f"{mark}waits")):
            visited(patient, self.today - timedelta(days=900), provider=f"{mark}provider")
        numberless = make_patient("Nora", f"{mark}numberless", phones=0)
        visited(numberless, self.today - timedelta(days=900))
        promised = make_patient("Prom", f"{mark}promised")
        visited(promised, self.today - timedelta(days=900))
        booked(self.patient, self.today - timedelta(days=950), "KEPT", provider=f"{mark}provider")
        first = enroll(self.campaign, self.patient, self.now)
        yesterday = self.now - timedelta(days=9)
        call(first, self.agent, yesterday, say("NOANS", note=f"{mark}note", phone_id=self.patient.phones.first().pk))
        promise = enroll(self.campaign, promised, self.now)
        call(promise, self.agent, yesterday, say("CBACK", callback_at=self.now + timedelta(hours=1)))
        OptOut.objects.create(e164="+12125550001", words=f"{mark}words", opted_out_at=self.now)
        build = plan.build(practice=self.practice, now=self.now)
        # Made by hand: on a holiday nobody enters a list.
        change = build.queue_changes.create(kind="LEFT", why="CLOSED", from_agent=self.agent, enrollment_ids=[first.pk])
        self.build_id, self.change_id = build.pk, change.pk
        # The agent has the patient open, whatever the hour of the test: pages must show somebody.
        self.lease = Lease.objects.create(
            enrollment=first,
            patient=self.patient,
            agent=self.agent,
            opened_at=Now(),
            expires_at=Now() + timedelta(minutes=20),
        )
        file = io.BytesIO(f"MRN,Last Name,First Name,Home Phone\n7,{mark}infile,Pam,212-555-0177\n".encode())
        waiting = receive(stream=file, name=f"{mark}waiting.csv", practice=self.practice, by=self.admin, now=self.now)
        waiting.choose(mapping=waiting.mapping, kind="PATIENTS")
        self.waiting_import_id = waiting.pk
        file = io.BytesIO(f"MRN,Last Name,First Name,Home Phone\n{mark}mrn,{mark}planned,Pat,212-555-0178\n".encode())
        checked = receive(stream=file, name=f"{mark}checked.csv", practice=self.practice, by=self.admin, now=self.now)
        checked.choose(mapping=checked.mapping, kind="PATIENTS")
        checked.queue()
        running.run(practice_id=self.practice.pk, import_id=checked.pk, now=self.now)
        self.checked_import_id = checked.pk
        self.file_import = FileImport.objects.create(
            file_name=f"{mark}file.csv", file_hash="0" * 64, kind="PATIENTS", encoding="utf-8", delimiter=",",
            headers=["x"], source_data_on=self.today, state="DONE", rows_total=1, rows_staged=1, counts={"REJECTED": 1},
            reasons={"No name": 1}, uploaded_by=self.admin, created_at=self.now, finished_at=self.now,
        )  # fmt: skip
        ImportRow.objects.create(
            file_import=self.file_import, line=2, verdict="REJECTED", reason="No name", column="x", cells={"x": f"{mark}cell"}
        )
        self._setup(mark)
        self._double(mark)
        self._floor(mark)
        self._calling_rules(mark)
        self._script(mark)
        self._drafts(mark)
        self._tracker(mark, first)
        self.patient_id, self.campaign_id, self.import_id = self.patient.pk, self.campaign.pk, self.file_import.pk
        self.enrollment_id, self.lease_id = first.pk, self.lease.pk
        phone = self.patient.phones.first()
        self.phone_id, self.e164 = phone.pk, phone.e164
        self.callback_id = Callback.objects.get().pk
        self.disposition_id = self.practice.dispositions.get(code="NOANS").pk
        self.attempt_id = CallAttempt.objects.first().pk
        self.marks = [mark]
        self.shown = {
            self.patient_mark: self.patient_id,
            f"{mark}promised": promised.pk,
            f"{mark}numberless": numberless.pk,
            f"{mark}double": self.double_id,
            f"{mark}absorbed": self.absorbed_id,
            f"{mark}infile": f"import:{self.waiting_import_id}",
            f"{mark}planned": f"import:{self.checked_import_id}",
            f"{mark}cell": f"import:{self.import_id}",
        }

    def _floor(self, mark):
        """A message to the agent, and a move of work that can be undone."""
        message = desk_messages.send(agent=self.agent, text=f"{mark}message", key=uuid.uuid4(), by=self.supervisor, now=self.now)
        moved = WorkMove.objects.create(
            from_agent=self.agent, campaign=self.campaign, enrollment_ids=[], assigned_on=[], positions=[], callback_ids=[],
            stayed={"HELD": 1}, moved_by=self.supervisor, moved_at=self.now, key=uuid.uuid4(),
        )  # fmt: skip
        self.message_id, self.move_id = message.pk, moved.pk

    def _setup(self, mark):
        """An entry of each kind, a former member with a promise, and two file layouts, one of them just forgotten."""
        location = Location.objects.create(name=f"{mark}place")
        provider = Provider.objects.create(name=f"{mark}doctor", specialty=f"{mark}specialty")
        ProviderPlace.objects.create(provider=provider, location=location)
        self.location_id, self.provider_id = location.pk, provider.pk
        self.visit_type_id = VisitType.objects.create(name=f"{mark}visit").pk
        layouts = [
            ImportProfile.objects.create(
                name=f"{mark}{word}", layout_key=word, headers=["MRN"], mapping={"MRN": "mrn"}, rows=1, used_at=self.now,
                forgotten_at=forgotten_at,
            )
            for word, forgotten_at in (("layout", None), ("forgotten", self.now))
        ]  # fmt: skip
        self.profile_id, self.forgotten_profile_id = (layout.pk for layout in layouts)

    def _calling_rules(self, mark):
        """A rule, one that was removed, and a closed day: all far from the patients of the sweep and from today."""
        rule, removed = (
            HoursRule.objects.create(state="GU", weekdays=[7], note=f"{mark}{word}", created_by=self.admin)
            for word in ("rule", "former")
        )
        self.rule_id, self.removed_rule_id = rule.pk, removed.pk
        removed.delete()
        CalendarDay.objects.create(on=self.today + timedelta(days=200), name=f"{mark}closed", created_by=self.admin)

    def _drafts(self, mark):
        """Two campaigns that the admin is setting up."""
        typed = as_typed(campaign=self.campaign, practice=self.practice, today=self.today)
        self.draft_id, self.other_draft_id = (
            campaign_drafts.start(owner=self.admin, key=uuid.uuid4(), fields=typed | {"name": [f"{mark}{word}"]}, now=self.now).pk
            for word in ("drafted", "discarded")
        )
        self.draft_step = "rules"

    def _script(self, mark):
        """The campaign's own text, and a newer one that waits for approval."""
        for seen, words in enumerate(("said", "draft")):
            version = script_versions.write(
                practice=self.practice, workflow="REACTIVATION", language="en", campaign=self.campaign, seen=seen,
                text=f"Hello.\n=== Verified ===\n{mark}{words}", by=self.supervisor, now=self.now,
            )  # fmt: skip
            if words == "said":
                script_versions.approve(version=version, by=self.admin, now=self.now)
        self.script_version_id = version.pk

    def _tracker(self, mark, enrollment):
        """A view that is shared, and a change that was carried out a moment ago."""
        view = SavedView.objects.create(owner=self.supervisor, name=f"{mark}view", is_shared=True, saved_at=self.now)
        change = BulkChange.objects.create(
            action="REASSIGN", enrollment_ids=[enrollment.pk], made_by=self.supervisor, chosen_at=self.now, done_at=self.now,
            to_agent=self.agent, done=1,
        )  # fmt: skip
        self.view_id, self.bulk_change_id = view.pk, change.pk

    def _double(self, mark):
        """Two pairs to decide on, and one that was merged."""
        born_on = date(1951, 4, 7)
        double = make_patient("Dora", f"{mark}double", mrn=f"{mark}7", born_on=born_on)
        twin = make_patient("Dora", f"{mark}twin", born_on=born_on)
        third = make_patient("Dora", f"{mark}third", born_on=born_on)
        pairs = [
            doubles.add(patient=double, other=other, source=PossibleDouble.Source.PERSON, now=self.now) for other in (twin, third)
        ]
        kept, absorbed = make_patient("Dora", f"{mark}kept"), make_patient("Dora", f"{mark}absorbed")
        self.merge_id = merge(keep=kept, absorb=absorbed, by=self.supervisor, now=self.now).pk
        self.pair_id, self.other_pair_id = (pair.pk for pair in pairs)
        self.double_id, self.double_mrn, self.absorbed_id = double.pk, double.mrn, absorbed.pk
