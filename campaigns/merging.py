"""Making one of two patient records, and parting them again. In the caller's transaction, all or nothing.

Everything moves to the record that stays; the other remains as a row without any part in calling, because the EMR goes
on listing its chart number. Where both bring the same thing the cautious reading wins: who opted out under either record
is not called, and attempts count together.
"""

from django.db.models import Q
from django.db.models.functions import Now

from patients.joining import filled, number_learned, try_for_a_turn
from patients.models import Appointment, Encounter, Merge, OptOut, Patient, PossibleDouble
from patients.places import write_zones

from .ledger import Ledger, give_back, take_back
from .models import CallAttempt, Callback, Campaign, DeniedDial, Enrollment, Lease, QueueItem

ClosedAs = Enrollment.ClosedAs
Status = PossibleDouble.Status
OF_ONE_VISIT = (Campaign.Kind.NO_SHOW, Campaign.Kind.CANCELLED)
# Settled under one record, a case is not called about under the other.
ANSWERED = (ClosedAs.WON, ClosedAs.LOST)
USED_UP = (ClosedAs.EXHAUSTED, ClosedAs.UNREACHABLE)


class MergeRefused(Exception):
    """The records can't be merged or parted at this moment; the text tells a person why."""


def merge(*, keep, absorb, by, now):
    """Make `keep` stand for both records. Returns the Merge; asked again, the one that was made before.

    Raises MergeRefused while an agent has either of them open, or where one was merged with a third in the meantime.
    """
    if keep.pk == absorb.pk:
        raise MergeRefused("Choose two records: these are one and the same.")
    _refuse_while_an_import_saves(keep)
    keep, absorb = _locked(keep.pk, absorb.pk)
    if absorb.merged_into_id == keep.pk:
        return Merge.objects.standing().get(absorbed=absorb)
    if absorb.merged_into_id or keep.merged_into_id:
        raise MergeRefused("One of these records was merged into another one in the meantime. Please look at the list again.")
    enrollments = _locked_enrollments(keep, absorb)
    _refuse_while_held(keep, absorb)
    ledger = Ledger()
    _join_numbers(ledger, keep, absorb)
    _move_visits_and_calls(ledger, keep, absorb)
    _join_enrollments(ledger, keep, absorb, enrollments, now=now)
    ledger.change(keep, filled(keep=keep, absorb=absorb))
    for record in [absorb, *Patient.objects.filter(merged_into=absorb)]:
        ledger.change(record, {"merged_into_id": keep.pk})
    write_zones(patient=keep)
    _settle_pairs(ledger, keep, absorb, by=by, now=now)
    return Merge.objects.create(kept=keep, absorbed=absorb, merged_by=by, merged_at=now, moved=ledger.entries)


def undo(*, merge, by, now):
    """Part the records of a Merge again, as they were. What came to the kept one since stays with it.

    Asked again, nothing happens. Raises MergeRefused while an agent has the patient open, or where the kept record had a
    part in a later merge that stands.
    """
    _refuse_while_an_import_saves(merge)
    kept, absorbed = _locked(merge.kept_id, merge.absorbed_id)
    merge.refresh_from_db()
    if merge.undone_at:
        return merge
    later = Merge.objects.standing().filter(Q(kept=kept) | Q(absorbed=kept), pk__gt=merge.pk)
    if later.exists():
        raise MergeRefused("The record was merged with another one after this. Please undo the later merge first.")
    _locked_enrollments(kept, absorbed)
    _refuse_while_held(kept, absorbed)
    give_back(merge=merge)
    take_back(entries=merge.moved)
    _keep_wishes_on_both(merge)
    write_zones(patient=Patient.objects.get(pk=kept.pk))
    merge.undone_by, merge.undone_at = by, now
    merge.save(update_fields=["undone_by", "undone_at"])
    return merge


def _refuse_while_an_import_saves(row):
    if not try_for_a_turn(practice_id=row.practice_id):
        raise MergeRefused("An import is being saved at this moment. Please try again in a minute.")


def _keep_wishes_on_both(merge):
    """A wish told while the records were one was told by either person: it holds for both from now on."""
    since = OptOut.objects.filter(patient=merge.kept_id, opted_out_at__gt=merge.merged_at)
    for wish in since:
        wish.pk, wish.patient_id, wish._state.adding = None, merge.absorbed_id, True
        wish.save()


def _locked(*patient_ids):
    """The patients in the order asked for, locked in the order of ids: two merges of one record wait for each other.

    Not more strongly than that, or an outcome that is being saved for one of them would be waited for in turn.
    """
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=patient_ids).order_by("pk")
    found = {patient.pk: patient for patient in rows}
    return [found[patient_id] for patient_id in patient_ids]


def _locked_enrollments(keep, absorb):
    """Locks whoever would take or save a call meanwhile; a claim and an outcome lock the enrollment first, too."""
    mine_and_theirs = Enrollment.objects.filter(patient__in=[keep.pk, absorb.pk]).order_by("pk")
    return list(mine_and_theirs.select_for_update(of=("self",)).select_related("campaign"))


def _refuse_while_held(*patients):
    held = Lease.objects.open().filter(patient__in=patients)
    held.filter(expires_at__lte=Now()).update(closed_at=Now(), closed_as=Lease.ClosedAs.EXPIRED)
    if held.exists():
        raise MergeRefused("An agent has one of these records open for a call at this moment. Please try again after the call.")


def _join_numbers(ledger, keep, absorb):
    """A number both list stays once, with what was learned under either; its other row remains with the absorbed record."""
    known = {number.e164: number for number in keep.phones.all()}
    last = max((number.position for number in known.values()), default=0)
    for place, number in enumerate(absorb.phones.exclude(e164__in=known).order_by("position", "pk"), start=last + 1):
        ledger.change(number, {"patient_id": keep.pk, "position": place})
    for number in absorb.phones.filter(e164__in=known):
        kept = known[number.e164]
        ledger.change(kept, number_learned(kept=kept, other=number))


def _move_visits_and_calls(ledger, keep, absorb):
    for model in (OptOut, Appointment, CallAttempt, DeniedDial, Lease):
        ledger.move(model.objects.filter(patient=absorb), to=keep)
    for visit in set(absorb.encounters.values_list("on", "provider")) - set(keep.encounters.values_list("on", "provider")):
        on, provider = visit
        ledger.move(Encounter.objects.filter(patient=absorb, on=on, provider=provider), to=keep)


def _join_enrollments(ledger, keep, absorb, enrollments, *, now):
    """One open enrollment a campaign. Those closed as duplicates stay behind: they would bar the kept record from it."""
    mine = [each for each in enrollments if each.patient_id == keep.pk]
    theirs = [each for each in enrollments if each.patient_id == absorb.pk and each.closed_as != ClosedAs.DUPLICATE]
    attempts = {each.pk: _counted_together(each, theirs if each in mine else mine) for each in mine + theirs if _is_open(each)}
    for each, others in [*((one, theirs) for one in mine), *((one, mine) for one in theirs)]:
        if _is_open(each) and any(_answers(other, each) for other in others):
            _close(ledger, each, ClosedAs.DUPLICATE, "Settled under the other record of this person", now=now)
    for each in theirs:
        twin = next((one for one in mine if _is_open(one) and one.campaign_id == each.campaign_id), None)
        if _is_open(each) and twin:
            _hand_over(ledger, each, twin, now=now)
        if each.closed_as != ClosedAs.DUPLICATE:
            _move_enrollment(ledger, each, keep)
    staying = [each for each in mine + theirs if _is_open(each)]
    for each in staying:
        ledger.change(each, {"attempts_made": attempts[each.pk]})
    wishes = list(OptOut.objects.filter(patient=keep))
    for each in staying:
        if any(_forbids(wish, each) for wish in wishes):
            _close(ledger, each, ClosedAs.OPTED_OUT, "Asked not to be called", now=now)


def _is_open(enrollment):
    return enrollment.status == Enrollment.Status.OPEN


def _forbids(wish, enrollment):
    """Whether a person's wish ends this enrollment: one about a single campaign leaves the others alone, but no win-back."""
    is_about_it = wish.scope != OptOut.Scope.CAMPAIGN or wish.campaign_id == enrollment.campaign_id
    return is_about_it or enrollment.campaign.kind == Campaign.Kind.WIN_BACK


def _same_case(other, enrollment):
    """The same campaign, and where it is about a missed visit, about the same one."""
    if other.campaign_id != enrollment.campaign_id:
        return False
    return enrollment.campaign.kind not in OF_ONE_VISIT or other.why == enrollment.why


def _answers(other, enrollment):
    return other.closed_as in ANSWERED and _same_case(other, enrollment)


def _counted_together(enrollment, others):
    """Attempts of an open enrollment and of what the other record has for the same case."""
    same = [
        other.attempts_made
        for other in others
        if other.campaign_id == enrollment.campaign_id
        and (_is_open(other) or other.why == enrollment.why or (other.closed_as in USED_UP and _same_case(other, enrollment)))
    ]
    return enrollment.attempts_made + max(same, default=0)


def _close(ledger, enrollment, closed_as, because, *, now):
    # Taken back in turn: the promise comes back to an enrollment that is open again.
    for promise in Callback.objects.pending().filter(enrollment=enrollment):
        ledger.change(promise, {"status": Callback.Status.CANCELLED, "settled_at": now})
    ledger.change(
        enrollment,
        {"status": Enrollment.Status.CLOSED, "closed_at": now, "closed_as": closed_as, "closed_because": because},
    )
    ledger.remove(QueueItem.objects.filter(enrollment=enrollment, done_at__isnull=True))


def _hand_over(ledger, enrollment, twin, *, now):
    """Close the absorbed record's enrollment in favor of the kept one's, which takes over what cools down and is promised."""
    promise = Callback.objects.pending().filter(enrollment=enrollment).first()
    own = Callback.objects.pending().filter(enrollment=twin).first()
    if promise and (own is None or promise.due_at < own.due_at):
        if own:  # one call keeps both promises: the earlier one
            ledger.change(own, {"status": Callback.Status.CANCELLED, "settled_at": now})
        ledger.change(promise, {"enrollment_id": twin.pk, "patient_id": twin.patient_id})
    _close(ledger, enrollment, ClosedAs.DUPLICATE, "The same person is in this campaign under another record", now=now)
    values = {"next_eligible_at": _later(enrollment.next_eligible_at, twin.next_eligible_at)}
    if _later(enrollment.last_attempt_at, twin.last_attempt_at) != twin.last_attempt_at:
        values |= {name: getattr(enrollment, name) for name in ("last_attempt_at", "last_outcome", "avoid_clock_at")}
    ledger.change(twin, values)


def _later(one, other):
    return max((moment for moment in (one, other) if moment), default=None)


def _move_enrollment(ledger, enrollment, keep):
    ledger.move(Enrollment.objects.filter(pk=enrollment.pk), to=keep)
    enrollment.patient_id = keep.pk
    ledger.move(Callback.objects.filter(enrollment=enrollment), to=keep)
    places = QueueItem.objects.filter(enrollment=enrollment)
    if QueueItem.objects.filter(patient=keep, done_at__isnull=True).exists():  # a person is on one list only
        ledger.remove(places.filter(done_at__isnull=True))
    ledger.move(places, to=keep)


def _settle_pairs(ledger, keep, absorb, *, by, now):
    """The pair itself is decided; what was found or decided about the absorbed record and a third holds for the kept one."""
    for pair in PossibleDouble.objects.of(absorb):
        third = pair.older_id if pair.newer_id == absorb.pk else pair.newer_id
        if third == keep.pk:
            ledger.change(pair, {"status": Status.SAME, "decided_by_id": by.pk if by else None, "decided_at": now})
        elif not PossibleDouble.objects.of(keep).filter(Q(older=third) | Q(newer=third)).exists():
            ledger.change(pair, {"older_id": min(third, keep.pk), "newer_id": max(third, keep.pk)})
        elif pair.status == Status.OPEN:
            ledger.remove(PossibleDouble.objects.filter(pk=pair.pk))
