"""What two records of one person say together. The record that stays is filled where it is blank, never overwritten."""

from django.db import connection

from .models import PhoneNumber

State = PhoneNumber.State
DEAD = (State.WRONG, State.DISCONNECTED)
FILLED = ("middle_name", "born_on", "sex", "email", "provider", "emr_note", "wish_key")
# Parts of one thing: a ZIP of one address does not complete a street of another.
ADDRESS = ("address", "city", "state", "zip_code")


def filled(*, keep, absorb):
    """Column → value for what the kept record lacks, and for flags of which the cautious one wins.

    Deceased, inactive and “no voicemail” hold if either record says so. The language stays as kept.
    """
    values = {name: getattr(absorb, name) for name in FILLED if not getattr(keep, name) and getattr(absorb, name)}
    if all(_agree(getattr(keep, name), getattr(absorb, name)) for name in ADDRESS):
        values |= {name: getattr(absorb, name) for name in ADDRESS if not getattr(keep, name) and getattr(absorb, name)}
    for name in ("is_deceased", "is_inactive"):
        if getattr(absorb, name) and not getattr(keep, name):
            values[name] = True
    if keep.voicemail_allowed and not absorb.voicemail_allowed:
        values["voicemail_allowed"] = False
    return values


def number_learned(*, kept, other):
    """Column → value for a number that both records list, in the light of what was learned under the other one.

    A number known to be dead stays dead against one nobody has checked. Where one record says dead and the other
    verified, the later word counts, as it would if all calls had been made under one record: people confirm a number
    after it was misdialed, and numbers change hands after they were confirmed. Without both moments the dead one
    counts: a call to a stranger tells them who our patient is, a call not made costs a booking.
    """
    values = {}
    if _outranks(other, kept):
        values |= {"state": other.state, "state_changed_at": other.state_changed_at}
    if other.last_reached_at and (not kept.last_reached_at or other.last_reached_at > kept.last_reached_at):
        values["last_reached_at"] = other.last_reached_at
    if kept.kind == PhoneNumber.Kind.OTHER and other.kind != PhoneNumber.Kind.OTHER:
        values["kind"] = other.kind
    if other.extension and not kept.extension:
        values["extension"] = other.extension
    if kept.voicemail_allowed and not other.voicemail_allowed:
        values["voicemail_allowed"] = False
    return values


def _agree(kept, other):
    return not kept or not other or kept.casefold() == other.casefold()


def _outranks(other, kept):
    if other.state == kept.state or other.state == State.UNVERIFIED:
        return False
    if kept.state == State.UNVERIFIED:
        return True
    if other.state_changed_at and kept.state_changed_at:
        return other.state_changed_at > kept.state_changed_at
    return other.state in DEAD and kept.state not in DEAD


def take_a_turn(*, practice_id):
    """Wait until nobody else saves an import of the practice, takes one back or merges its records; holds till the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records'), %s)", [practice_id])


def try_for_a_turn(*, practice_id):
    """As `take_a_turn`, without waiting; merges don't exclude each other. Returns whether the turn is ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(hashtext('records'), %s)", [practice_id])
        return cursor.fetchone()[0]
