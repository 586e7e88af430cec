"""Enrollment by rule: who enters a campaign, who leaves it and why. Re-evaluated every night and after each import.

A rule looks at appointments and encounters as the EMR reports them. Nothing here asks whether a patient may be called
today; that is eligibility.
"""

from collections import Counter
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, DateField, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Greatest, TruncDate

from patients.models import Appointment, Encounter, OptOut, Patient

from .models import CallAttempt, Callback, Campaign, Enrollment, QueueItem

Kind = Campaign.Kind
ClosedAs = Enrollment.ClosedAs
# Once ended so, a patient does not come back into the campaign for the same missed visit.
SETTLED = [ClosedAs.WON, ClosedAs.LOST, ClosedAs.OPTED_OUT, ClosedAs.DUPLICATE, ClosedAs.UNREACHABLE, ClosedAs.EXHAUSTED]


def candidates(*, campaign, on):
    """Patients the campaign's rule takes on a practice date, with `missed` (an appointment id or null) and `why`.

    What the rule asks is put as questions of existence, one hash each for a whole practice; the dates that words are made
    of are looked up for those rows alone of which they are wanted.
    """
    patients = Patient.objects.callable().filter(~Exists(_wishes(campaign, patient=OuterRef("pk"))))
    patients = patients.annotate(last_visit_on=_last_visit_on())
    if campaign.kind in (Kind.NO_SHOW, Kind.CANCELLED):
        return _missed(patients, campaign=campaign, on=on)
    patients = patients.annotate(missed=Cast(Value(None), BigIntegerField()))
    if campaign.kind == Kind.REVIEW:
        recent = patients.filter(
            _visited(on__gte=on - relativedelta(days=campaign.lookback_days), on__lte=on), ~_visited(on__gt=on)
        )
        return recent.annotate(why=_dated("Visit on ", "last_visit_on"))
    unbooked = patients.filter(~Exists(_live(on)))
    if campaign.kind == Kind.WIN_BACK:
        return _lost(unbooked, campaign=campaign, on=on)
    if campaign.kind == Kind.NO_ENCOUNTER:
        return unbooked.filter(~_visited()).annotate(why=Value("Registered, never seen", CharField()))
    before = on - relativedelta(months=campaign.months_since_visit)
    overdue = unbooked.filter(_visited(on__lte=before), ~_visited(on__gt=before))
    return overdue.annotate(why=_dated("Last visit on ", "last_visit_on"))


def left_out(*, campaign, on):
    """Everybody else of the practice, with `reason`: the first thing, in words, that keeps them out of the rule."""
    wishes, rest = _wishes(campaign, patient=OuterRef("pk")), Patient.objects.standing()
    reasons = [
        When(is_deceased=True, then=Value("Deceased")),
        When(Q(is_inactive=True) | Q(is_test=True), then=Value("Chart inactive, or a test record")),
        When(Exists(wishes), then=Value("Asked not to be called")),
        *(When(condition, then=Value(words)) for condition, words in _misses(campaign, on)),
    ]
    rest = rest.exclude(pk__in=candidates(campaign=campaign, on=on).values("pk"))
    return rest.annotate(reason=Case(*reasons, default=Value(_LAST_MISS[campaign.kind]), output_field=CharField()))


# What is true of those who miss a rule for none of the reasons that are asked before.
_LAST_MISS = {
    Kind.REACTIVATION: "Never seen",
    Kind.NO_SHOW: "Seen or booked since",
    Kind.CANCELLED: "Seen or booked since",
    Kind.NO_ENCOUNTER: "Seen before",
    Kind.REVIEW: "No visit in these days",
    Kind.WIN_BACK: "Seen since they said no",
}


def _misses(campaign, on):
    """(condition, words) of what keeps a patient who may be called out of a kind of rule, in the order in which it is told."""
    booked = (Exists(_live(on)), "Has an appointment coming up, or one without word yet")
    if campaign.kind == Kind.REACTIVATION:
        before = on - relativedelta(months=campaign.months_since_visit)
        return [booked, (_visited(on__gt=before), f"Seen within {campaign.months_since_visit} months")]
    if campaign.kind in (Kind.NO_SHOW, Kind.CANCELLED):
        words = "No no-show in these days" if campaign.kind == Kind.NO_SHOW else "No canceled visit in these days"
        return [(~Exists(_missed_visits(campaign, on)), words)]
    if campaign.kind == Kind.WIN_BACK:
        ended = _lost_before(campaign)
        since = on - relativedelta(days=campaign.win_back_after_days)
        lately = ended.annotate(lost_on=TruncDate("closed_at", tzinfo=campaign.practice.zone)).filter(lost_on__gt=since)
        return [
            (~Exists(ended), "Never said no in another campaign"), booked,
            (Exists(lately), f"Said no within {campaign.win_back_after_days} days"),
        ]  # fmt: skip
    return [booked] if campaign.kind == Kind.NO_ENCOUNTER else []


@dataclass(frozen=True)
class Refreshed:
    """What following its rule did to a campaign: `left` counts by how the enrollments closed."""

    entered: int = 0
    stayed: int = 0
    left: dict = field(default_factory=dict)

    @property
    def left_count(self):
        return sum(self.left.values())

    @property
    def counts(self):
        """For QueueBuild.enrollment."""
        return {"entered": self.entered, "stayed": self.stayed, "left": self.left}


def refresh(*, campaign, now):
    """Bring the open enrollments of a running campaign in line with its rule, which is asked once. Returns Refreshed."""
    on = campaign.practice.business_date(now)
    if not campaign.runs(on=on):
        return Refreshed()
    entered, before, leaving = _enter(campaign=campaign, on=on, now=now)
    left = _close(leaving, campaign=campaign, on=on, now=now, source="the EMR data")
    release(Enrollment.objects.filter(pk__in=left), now=now)
    ways = Counter(Enrollment.objects.filter(pk__in=left).values_list("closed_as", flat=True))
    return Refreshed(entered=entered, stayed=before - len(left), left=dict(ways))


@dataclass
class Settled:
    """What an import's news closed: enrollment ids, and ids of the callbacks that were called off with them."""

    enrollments: list = field(default_factory=list)
    callbacks: list = field(default_factory=list)


def settle_after_import(*, practice, source, now):
    """Close what the EMR's news has settled: booked, visited, deceased, inactive. Takes them out of queues at once.

    `source` names the file in the words of the closing, as in “patients.csv”. Returns Settled.
    """
    on, settled = practice.business_date(now), Settled()
    for campaign in practice.campaigns.running(on=on):
        ids = _close(leavers(campaign=campaign, on=on), campaign=campaign, on=on, now=now, source=source)
        settled.enrollments += ids
        settled.callbacks += release(Enrollment.objects.filter(pk__in=ids), now=now)
    return settled


def release(enrollments, *, now):
    """Take closed enrollments (a queryset) out of the queue and call off what was promised. Returns ids of the callbacks."""
    QueueItem.objects.filter(enrollment__in=enrollments, done_at__isnull=True).delete()
    promised = Callback.objects.pending().filter(enrollment__in=enrollments)
    ids = list(promised.values_list("pk", flat=True))
    Callback.objects.filter(pk__in=ids).update(status=Callback.Status.CANCELLED, settled_at=now)
    return ids


def newcomers(*, campaign, on):
    """The candidates who are not in the campaign yet, and whose case was not settled in it before."""
    # NOT IN becomes one hash, whatever the planner believes of a table that grew a moment ago; NOT EXISTS may loop.
    of_campaign = Enrollment.objects.filter(campaign=campaign)
    settled = of_campaign.filter(closed_as__in=SETTLED)
    new = candidates(campaign=campaign, on=on).exclude(pk__in=of_campaign.open().values("patient"))
    if campaign.kind in (Kind.NO_SHOW, Kind.CANCELLED):
        return new.exclude(missed__in=settled.filter(missed_appointment__isnull=False).values("missed_appointment"))
    return new.exclude(pk__in=settled.values("patient"))


def leavers(*, campaign, on):
    """Open enrollments whose patient no longer fits the campaign's rule."""
    still_in = candidates(campaign=campaign, on=on).values("pk")
    return Enrollment.objects.open().filter(campaign=campaign).exclude(patient__in=still_in)


# The campaign's rule is asked once: who fits is compared with who is in.
COMPARE = """
WITH fits (patient_id) AS MATERIALIZED ({fits}), present AS MATERIALIZED (
    SELECT id, patient_id FROM campaigns_enrollment WHERE practice_id = %s AND campaign_id = %s AND status = 'OPEN'
)
SELECT (SELECT count(*) FROM present),
       (SELECT coalesce(array_agg(patient_id), '{{}}') FROM fits WHERE patient_id NOT IN (SELECT patient_id FROM present)),
       (SELECT coalesce(array_agg(id), '{{}}') FROM present WHERE patient_id NOT IN (SELECT patient_id FROM fits))
"""
# Whose case was settled stays out. Who left the rule and fits it again for the same reason has used up the attempts made then.
ENTER = """
WITH new (patient_id, missed, why, source_data_on) AS MATERIALIZED ({new}), former AS MATERIALIZED (
    SELECT id, patient_id, why, missed_appointment_id, closed_as, attempts_made, last_attempt_at, last_outcome,
           next_eligible_at, avoid_clock_at
    FROM campaigns_enrollment
    WHERE practice_id = %s AND campaign_id = %s AND status = 'CLOSED'
), used AS (
    SELECT DISTINCT ON (patient_id, why) patient_id, why, max(attempts_made) OVER (PARTITION BY patient_id, why) AS attempts_made,
           last_attempt_at, last_outcome, next_eligible_at, avoid_clock_at
    FROM former ORDER BY patient_id, why, last_attempt_at DESC NULLS LAST, id DESC
)
INSERT INTO campaigns_enrollment (
    practice_id, campaign_id, status, enrolled_at, closed_as, closed_because,
    patient_id, missed_appointment_id, why, source_data_on,
    attempts_made, last_outcome, last_attempt_at, next_eligible_at, avoid_clock_at, location
)
SELECT %s, %s, 'OPEN', %s, '', '', new.*, coalesce(used.attempts_made, 0), coalesce(used.last_outcome, ''),
       used.last_attempt_at, used.next_eligible_at, used.avoid_clock_at, coalesce(visit.location, '')
FROM new LEFT JOIN used ON used.patient_id = new.patient_id AND used.why = new.why
LEFT JOIN LATERAL (
    SELECT a.location FROM patients_appointment a WHERE a.practice_id = %s AND a.patient_id = new.patient_id
    ORDER BY a.id = new.missed DESC NULLS LAST, a."on" DESC, a.id DESC LIMIT 1
) visit ON true
WHERE NOT EXISTS (SELECT FROM former WHERE former.closed_as = ANY (%s) AND {same_case})
ORDER BY new.patient_id
ON CONFLICT DO NOTHING
"""


def _enter(*, campaign, on, now):
    """Enroll who fits and is not in. Returns (entered, enrollments that were open before, those to close as a queryset)."""
    fits, params = candidates(campaign=campaign, on=on).order_by().values_list("pk").query.sql_with_params()
    own = [campaign.practice_id, campaign.pk]
    with connection.cursor() as cursor:
        cursor.execute(COMPARE.format(fits=fits), [*params, *own])
        before, strangers, leaving = cursor.fetchone()
        entered = _write(cursor, strangers, campaign=campaign, on=on, now=now) if strangers else 0
    return entered, before, Enrollment.objects.open().filter(pk__in=leaving)


def _write(cursor, patient_ids, *, campaign, on, now):
    new = candidates(campaign=campaign, on=on).filter(pk__in=patient_ids).order_by()
    select, params = new.values_list("pk", "missed", "why", "source_data_on").query.sql_with_params()
    of_visit = campaign.kind in (Kind.NO_SHOW, Kind.CANCELLED)
    same_case = "former.missed_appointment_id = new.missed" if of_visit else "former.patient_id = new.patient_id"
    own = [campaign.practice_id, campaign.pk]
    cursor.execute(ENTER.format(new=select, same_case=same_case), [*params, *own, *own, now, campaign.practice_id, SETTLED])
    return cursor.rowcount


def _close(leaving, *, campaign, on, now, source):
    """Close enrollments (a queryset) whose patient no longer fits, each with how and why. Returns their ids."""
    live = Appointment.objects.live().filter(patient=OuterRef("patient"), on__gte=on).order_by("on")
    came = Appointment.objects.filter(patient=OuterRef("patient"), status=Appointment.Status.KEPT, on__lte=on).order_by("-on")
    came = came.filter(Q(on__gte=OuterRef("enrolled_at__date")) | Q(created_at__gte=OuterRef("enrolled_at")))
    # Booked by a call of this very enrollment: the file confirms what our agent won.
    ours = CallAttempt.objects.filter(enrollment=OuterRef("pk"), appointment__status__in=["SCHEDULED", "KEPT"])
    wishes = _wishes(campaign, patient=OuterRef("patient"))
    gone = Patient.objects.filter(pk=OuterRef("patient"))
    # Locked, so that an outcome an agent saves at this instant either is seen here or waits and sees this.
    ids = list(leaving.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    if not ids:
        return ids
    by = Value(f" by {source}"[:70])
    Enrollment.objects.filter(pk__in=ids).update(
        status=Enrollment.Status.CLOSED,
        closed_at=now,
        closed_as=Case(
            When(Exists(wishes), then=Value(ClosedAs.OPTED_OUT)),
            When(Exists(gone.filter(Q(is_deceased=True) | Q(is_inactive=True))), then=Value(ClosedAs.INELIGIBLE)),
            When(Exists(ours), then=Value(ClosedAs.WON)),
            When(Exists(live), then=Value(ClosedAs.ALREADY_BOOKED)),
            When(Exists(came), then=Value(ClosedAs.ALREADY_BOOKED)),
            default=Value(ClosedAs.INELIGIBLE),
        ),
        closed_because=Case(
            When(Exists(wishes), then=Concat(Value("Asked not to be called"), by)),
            When(Exists(gone.filter(is_deceased=True)), then=Concat(Value("Deceased"), by)),
            When(Exists(gone.filter(is_inactive=True)), then=Concat(Value("Chart inactive"), by)),
            When(Exists(live), then=Concat(Value("Booked for "), Cast(Subquery(live.values("on")[:1]), CharField()), by)),
            When(Exists(came), then=Concat(Value("Seen on "), Cast(Subquery(came.values("on")[:1]), CharField()), by)),
            default=Concat(Value("No longer fits the rule"), by),
            output_field=CharField(),
        ),
    )
    return ids


def _wishes(campaign, *, patient):
    """Wishes that keep a patient (a pk or an OuterRef) out of the campaign; none at all is overlooked to win somebody back."""
    wishes = OptOut.objects.filter(patient=patient)
    if campaign.kind == Kind.WIN_BACK:
        return wishes
    return wishes.filter(~Q(scope=OptOut.Scope.CAMPAIGN) | Q(campaign=campaign.pk))


def _lost(patients, *, campaign, on):
    """Patients who said no in another campaign so many days ago, and were not seen since."""
    ended = _lost_before(campaign)
    latest = ended.order_by("-closed_at").annotate(lost_on=TruncDate("closed_at", tzinfo=campaign.practice.zone))
    return (
        patients.filter(Exists(ended))
        .annotate(lost_on=Subquery(latest.values("lost_on")[:1], output_field=DateField()))
        .filter(lost_on__lte=on - relativedelta(days=campaign.win_back_after_days))
        .filter(Q(last_visit_on__isnull=True) | Q(last_visit_on__lt=F("lost_on")))
        .annotate(why=_dated("Said no on ", "lost_on"))
    )


def _missed(patients, *, campaign, on):
    """Patients whose latest missed visit lies within the lookback, with no visit or booking since."""
    missed = _missed_visits(campaign, on)
    # The latest one has none since if any has none since.
    same = {"patient": OuterRef("patient"), "on__gte": OuterRef("on")}
    unmet = missed.filter(~Exists(Encounter.objects.filter(**same)), ~Exists(_kept().filter(**same)))
    if campaign.appointment_match == Campaign.Match.ANY:
        patients = patients.filter(~Exists(_live(on)))
    word = "No-show on " if campaign.kind == Kind.NO_SHOW else "Canceled visit of "
    latest = missed.order_by("-on", "-pk")
    return (
        patients.filter(Exists(unmet))
        .annotate(missed=Subquery(latest.values("pk")[:1]), missed_on=Subquery(latest.values("on")[:1]))
        .annotate(why=_dated(word, "missed_on"))
    )


def _lost_before(campaign):
    return Enrollment.objects.filter(patient=OuterRef("pk"), closed_as=ClosedAs.LOST).exclude(campaign=campaign.pk)


def _missed_visits(campaign, on):
    since = on - relativedelta(days=campaign.lookback_days)
    return Appointment.objects.filter(patient=OuterRef("pk"), status=campaign.kind, on__lt=on, on__gte=since)


def _last_visit_on():
    of_patient = {"patient": OuterRef("pk")}
    return Greatest(_latest(Encounter.objects.filter(**of_patient)), _latest(_kept().filter(**of_patient)))


def _visited(**when):
    """The condition that the patient was seen, at a time given by lookups of `on`."""
    seen = {"patient": OuterRef("pk"), **when}
    return Exists(Encounter.objects.filter(**seen)) | Exists(_kept().filter(**seen))


def _kept():
    return Appointment.objects.filter(status=Appointment.Status.KEPT)


def _live(on):
    return Appointment.objects.awaited(on=on, data_on=OuterRef("source_data_on")).filter(patient=OuterRef("pk"))


def _latest(rows):
    return Subquery(rows.order_by().values("patient").annotate(latest=Max("on")).values("latest"), output_field=DateField())


def _dated(words, field):
    return Concat(Value(words), Cast(field, CharField()), output_field=CharField())
