"""Who works for a practice: inviting people, changing what they may do, ending their access."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from .models import Membership, User

Role = Membership.Role

JOIN = "accounts.join"

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

    `place`: supervisor, languages, daily_capacity, shift_days, shift_starts, shift_ends. Raises AlreadyMember.

    Whoever made an account may not be whom its address names, so knowing the address opens nothing: somebody who works
    elsewhere keeps name and password and waits until they `join` by the mailed link; an account that opens no practice
    any more loses its password and second step.
    """
    if role != Role.AGENT:
        place["supervisor"] = None
    try:
        with transaction.atomic():
            user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, full_name=full_name)
            membership = practice.memberships.create(user=user, role=role, is_active=False, **place)
            admit(membership=membership)
    except IntegrityError:  # a place they have, or a second click of the same instant
        raise AlreadyMember from None
    return membership


def admit(*, membership):
    """Open the place at once for somebody who works nowhere else, whose account then starts afresh."""
    user = membership.user
    if user.is_superuser or user.memberships.exclude(pk=membership.pk).filter(is_active=True).exists():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    _open(membership)


def password_key(*, membership):
    """The key of a one-time link that sets a first password, for `account_reset_password_from_key`.

    It dies with its use and after PASSWORD_RESET_TIMEOUT. Raises HasPassword, also for somebody who works elsewhere
    or has still to join: else an admin of one practice could take over an account that opens another.
    """
    user = membership.user
    if user.has_usable_password() or set(user.memberships.filter(is_active=True)) != {membership}:
        raise HasPassword
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def join_key(*, membership):
    """The key of the link by which somebody who works elsewhere takes up an invitation, once they are signed in."""
    return signing.dumps(membership.pk, salt=JOIN)


def invitation(*, key, user):
    """The place that waits for this user behind the key. Raises BadSignature or Membership.DoesNotExist."""
    pk = signing.loads(key, salt=JOIN, max_age=settings.PASSWORD_RESET_TIMEOUT)
    return Membership.objects.select_related("practice").get(pk=pk, user=user, joined_at__isnull=True)


def join(*, membership):
    """The person says yes: the place opens."""
    _open(membership)


def mail_invitation(*, membership, by, link, joins=False):
    """Tell a person of their new place once the transaction holds. A mail server that is away does not undo it."""
    context = {"membership": membership, "practice": membership.practice, "by": by, "link": link, "joins": joins}
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
    if before.is_waiting:
        place["is_active"] = False  # only the person opens the place
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


def _open(membership):
    membership.is_active, membership.joined_at = True, timezone.now()
    membership.save(update_fields=["is_active", "joined_at"])
    _follow_memberships(membership.user)


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
