"""Who works for a practice: inviting people, changing what they may do, ending their access."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from .models import Membership, User

Role = Membership.Role

_leaving = []


class AlreadyMember(Exception):
    """The person has a place in this practice, active or ended."""


class LastAdmin(Exception):
    """The change would leave the practice without anybody who can manage it."""


class HasPassword(Exception):
    """Only a person of one practice who never set a password gets a link from an admin; all others ask for one by mail."""


class SharedPerson(Exception):
    """Name and address of somebody who also works elsewhere are not for one practice to change."""


def when_leaving(release):
    """Register what an app above must do when somebody's access ends: `release(agent=membership)`.

    It runs in the transaction of the change. Accounts stand below the apps that hold work, so they register here.
    """
    _leaving.append(release)


def invite(*, practice, email, full_name, role, **place):
    """Give a person a place in the practice and return the Membership.

    `place`: supervisor, languages, daily_capacity, shift_days, shift_starts, shift_ends. Somebody known by that address
    keeps their name, password and other practices. Raises AlreadyMember.
    """
    if role != Role.AGENT:
        place["supervisor"] = None
    try:
        with transaction.atomic():
            user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, full_name=full_name)
            membership = practice.memberships.create(user=user, role=role, **place)
    except IntegrityError:  # a place they have, or a second click of the same instant
        raise AlreadyMember from None
    _follow_memberships(user)
    return membership


def password_key(*, user):
    """The key of a one-time link that sets a first password, for `account_reset_password_from_key`.

    It dies with its use and after PASSWORD_RESET_TIMEOUT. Raises HasPassword, also for somebody with a place in several
    practices: else an admin of one could take over an account that opens another.
    """
    if user.has_usable_password() or user.memberships.count() > 1:
        raise HasPassword
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def mail_invitation(*, membership, by, link):
    """Tell a person of their new place once the transaction holds. A mail server that is away does not undo it."""
    context = {"membership": membership, "practice": membership.practice, "by": by, "link": link}
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + f"You are invited to {membership.practice.name}"
    text = render_to_string("accounts/mail/invitation.txt", context)
    transaction.on_commit(lambda: send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [membership.user.email]), robust=True)


def may_rename(*, membership):
    """Whether this practice alone employs the person, so that its admin may change name and address."""
    user = membership.user
    return not user.is_superuser and not user.memberships.exclude(pk=membership.pk).exists()


def change_person(*, membership, full_name, email):
    """Change name and sign-in address. Raises SharedPerson."""
    user = membership.user
    if (user.full_name, user.email) == (full_name, email.lower()):
        return
    if not may_rename(membership=membership):
        raise SharedPerson
    if user.email != email.lower():
        user.emailaddress_set.all().delete()  # allauth would go on accepting the old address
    user.full_name, user.email = full_name, email.lower()
    user.save(update_fields=["full_name", "email"])


def change_membership(*, membership, **place):
    """Change role, supervisor, languages, capacity, shift or `is_active`, and what follows from it.

    Raises LastAdmin. Somebody who stops leading leaves their team without a supervisor; somebody who leaves gives
    back their work, and with their last practice their sessions. Access ends at the next request, of open sessions too.
    """
    before = Membership.objects.select_for_update().get(pk=membership.pk)
    for field, value in place.items():
        setattr(membership, field, value)
    _keep_an_admin(membership)
    if membership.role != Role.AGENT:
        membership.supervisor = None
    membership.save()
    leads = membership.is_active and membership.role == Role.SUPERVISOR
    if not leads:
        membership.team.update(supervisor=None)
    if before.is_active and (before.role != membership.role or not membership.is_active):
        for release in _leaving:
            release(agent=membership)
    _follow_memberships(membership.user)


def team_size(*, supervisor):
    """How many active people a supervisor leads."""
    return supervisor.team.filter(is_active=True).count()


def _keep_an_admin(membership):
    # The rows are locked, so that two admins cannot demote each other in the same instant.
    admins = membership.practice.memberships.filter(role=Role.ADMIN).active().select_for_update(of=("self",))
    left = {admin.pk for admin in admins}
    if membership.pk in left and not (membership.is_active and membership.is_admin):
        left.discard(membership.pk)
        if not left:
            raise LastAdmin


def _follow_memberships(user):
    """A person without any active place cannot sign in, and their sessions end; with one they can again."""
    if not user.is_superuser:
        has_place = Membership.objects.filter(user=OuterRef("pk"), is_active=True)
        User.objects.filter(pk=user.pk).update(is_active=Exists(has_place))
        user.refresh_from_db(fields=["is_active"])
