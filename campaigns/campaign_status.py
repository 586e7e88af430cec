"""Pause, resume, end and archive a campaign. Agents' lists follow at once."""

import pghistory

from . import enrollment
from .models import Campaign, Enrollment, QueueItem

Status = Campaign.Status


class StatusRefused(Exception):
    """The campaign is in no state for this change; the text says so to the user."""


def pause(*, campaign, by):
    """Stop calling for an active campaign. Its patients leave today's lists; what was promised stays promised."""
    with pghistory.context(user=by.user_id):
        _change(campaign, to=Status.PAUSED, only_from=[Status.ACTIVE])
    QueueItem.objects.filter(enrollment__campaign=campaign).delete()


def resume(*, campaign, by, now):
    """Go on with a paused campaign. Its patients are brought in line with the rule; the next build puts them on lists.

    Returns how many (entered, left).
    """
    with pghistory.context(user=by.user_id):
        _change(campaign, to=Status.ACTIVE, only_from=[Status.PAUSED])
    refreshed = enrollment.refresh(campaign=campaign, now=now)
    return refreshed.entered, refreshed.left_count


def end(*, campaign, by, now):
    """End a campaign for good: its open enrollments close, promised callbacks are called off. Returns how many closed.

    A call under way is still recorded when its outcome is saved.
    """
    with pghistory.context(user=by.user_id):
        _change(campaign, to=Status.ENDED, only_from=[Status.ACTIVE, Status.PAUSED])
    closed = (
        Enrollment.objects.open()
        .filter(campaign=campaign)
        .update(
            status=Enrollment.Status.CLOSED,
            closed_as=Enrollment.ClosedAs.ENDED,
            closed_because=f"Campaign ended by {by.name}"[:120],
            closed_at=now,
        )
    )
    enrollment.release(Enrollment.objects.filter(campaign=campaign, closed_as=Enrollment.ClosedAs.ENDED), now=now)
    return closed


def archive(*, campaign, by, now):
    """Put an ended campaign away: lists leave it out, reports still know it."""
    _put_away(campaign, now, by=by, otherwise="Only an ended campaign can be archived. End it first.")


def unarchive(*, campaign, by):
    """Bring an archived campaign back to the lists."""
    _put_away(campaign, None, by=by, otherwise="This campaign is on the lists already.")


def _put_away(campaign, at, *, by, otherwise):
    """Raises StatusRefused with `otherwise` unless there is something to change."""
    possible = Campaign.objects.filter(pk=campaign.pk, status=Status.ENDED, archived_at__isnull=at is not None)
    with pghistory.context(user=by.user_id):
        if not possible.update(archived_at=at):
            raise StatusRefused("This campaign is archived already." if at and campaign.archived_at else otherwise)
    campaign.archived_at = at


def _change(campaign, *, to, only_from):
    """Raises StatusRefused unless the stored status is one of `only_from`: two supervisors may press at once."""
    campaign.status = Campaign.objects.select_for_update().values_list("status", flat=True).get(pk=campaign.pk)
    if campaign.status not in only_from:
        raise StatusRefused(f"This campaign is {campaign.get_status_display().lower()} already.")
    campaign.status = to
    campaign.save(update_fields=["status"])
