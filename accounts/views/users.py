"""The people of a practice: list, invite, change. For admins."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.models import AccessEvent

from .. import people
from ..access import admin_required
from ..forms import ALREADY_MEMBER, UserFilter, UserForm
from ..models import Membership

PAGE_SIZE = 100
LAST_ADMIN = "The practice needs at least one active admin. Make somebody else an admin first."


def _people(practice):
    codes = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    seen = AccessEvent.objects.filter(practice_id=practice.pk, user_id=OuterRef("user")).order_by("-seen_at")
    return (
        practice.memberships.select_related("user", "practice", "supervisor__user")
        .annotate(
            two_step=Exists(codes),
            led=Count("team", filter=Q(team__is_active=True)),
            last_seen_at=Subquery(seen.values("seen_at")[:1]),
        )
        .order_by("-is_active", "user__full_name")
    )


@require_safe
@admin_required
def users(request, practice_slug):
    """Everybody with a place in the practice, or those of a role or state; those whose access ended last."""
    members, chosen = _people(request.practice), UserFilter(request.GET)
    is_known = chosen.is_valid()
    page = Paginator(chosen.among(members) if is_known else members, PAGE_SIZE).get_page(request.GET.get("page"))
    leading = Count("team", filter=Q(team__is_active=True))
    too_many = request.practice.memberships.active().annotate(led=leading).filter(led__gt=settings.TEAM_LIMIT)
    context = {
        "page": page,
        "filter": chosen,
        "is_known": is_known,
        "is_filtered": is_known and any(chosen.cleaned_data.values()),
        "ended": _just_ended(request),
        "overloaded": too_many.select_related("user").order_by("-led", "pk"),
        "team_limit": settings.TEAM_LIMIT,
    }
    return render(request, "accounts/users.html", context)


def _just_ended(request):
    """Whose access the person at the page has just ended, for Undo."""
    ended = request.GET.get("ended", "")
    members = request.practice.memberships.filter(is_active=False, joined_at__isnull=False).select_related("user")
    return members.filter(pk=int(ended)).first() if ended.isdecimal() and len(ended) < 10 else None


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def user_new(request, practice_slug):
    """Invite a person; the answer shows the link that sets their first password."""
    form = UserForm(request.POST or None, practice=request.practice)
    if request.method == "POST" and form.is_valid():
        try:
            return _invited(request, people.invite(practice=request.practice, **form.cleaned_data))
        except people.AlreadyMember:
            form.add_error("email", ALREADY_MEMBER)
    return render(request, "accounts/user_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def user_edit(request, practice_slug, membership_id):
    """Change a person's role, shift or access."""
    membership = get_object_or_404(_people(request.practice), pk=membership_id)
    form = UserForm(request.POST or None, practice=request.practice, instance=membership)
    if request.method == "POST" and form.is_valid() and _save(form, membership):
        messages.success(request, f"{membership.name} is saved.")
        _warn_of_large_team(request, membership)
        if membership == request.membership:
            return redirect("home")  # they may just have given up the right to see the list
        return redirect("accounts:users", practice_slug=practice_slug)
    context = {"form": form, "member": membership}
    return render(request, "accounts/user_form.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def user_access(request, practice_slug, membership_id):
    """End somebody's access at once, or give it back. Their next request is refused, their holds are free now."""
    membership = get_object_or_404(request.practice.memberships.select_related("user", "practice"), pk=membership_id)
    may_enter = request.POST.get("may_enter") == "yes"
    answer = redirect("accounts:users", practice_slug=practice_slug)
    if membership.is_waiting or membership.is_active == may_enter:
        messages.info(request, f"Nothing was changed: it is so already for {membership.name}.")
    elif membership == request.membership:
        messages.error(request, "You can’t end your own access here. Another admin can.")
    else:
        team = people.team_size(supervisor=membership)
        try:
            people.change_membership(membership=membership, is_active=may_enter)
        except people.LastAdmin:
            messages.error(request, LAST_ADMIN)
        else:
            _say_access(request, membership, team=team)
            answer["Location"] += "" if may_enter else f"?ended={membership.pk}"
    return answer


@require_POST
@admin_required
def user_link(request, practice_slug, membership_id):
    """A new link for somebody who has not set their password yet."""
    members = request.practice.memberships.filter(Q(is_active=True) | Q(joined_at__isnull=True))
    membership = get_object_or_404(members.select_related("user", "practice"), pk=membership_id)
    if membership.is_waiting:
        people.admit(membership=membership)  # they may have left the other practice meanwhile
    return _invited(request, membership)


def _save(form, membership):
    try:
        people.change_membership(membership=membership, **form.place)
    except people.LastAdmin:
        form.add_error(None, LAST_ADMIN)
        membership.refresh_from_db()
        return False
    people.change_person(membership=membership, full_name=form.cleaned_data["full_name"], email=form.cleaned_data["email"])
    return True


def _say_access(request, membership, *, team):
    if membership.is_active:
        messages.success(request, f"{membership.name} may sign in again. Their list comes with the next call lists.")
    elif membership.role == Membership.Role.SUPERVISOR and team:
        words = "1 person has" if team == 1 else f"{team} people have"
        messages.warning(request, f"{words} no supervisor now. Undo does not bring the team back.")


def _invited(request, membership):
    """Mail the invitation and show its link once, in this answer alone. Without a link for who has nothing to do."""
    joins = membership.is_waiting
    link = reverse("join", kwargs={"key": people.join_key(membership=membership)}) if joins else _password_link(membership)
    link = request.build_absolute_uri(link) if link else ""
    people.mail_invitation(membership=membership, by=request.membership, link=link, joins=joins)
    _warn_of_large_team(request, membership)
    return render(request, "accounts/user_invited.html", {"member": membership, "link": link, "joins": joins})


def _password_link(membership):
    try:
        uid, key = people.password_key(membership=membership).split("-", 1)
    except people.HasPassword:
        return ""
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def _warn_of_large_team(request, membership):
    supervisor = membership.supervisor
    size = people.team_size(supervisor=supervisor) if supervisor else 0
    if size > settings.TEAM_LIMIT:
        messages.warning(
            request,
            f"{supervisor.name} now leads {size} people. One supervisor should lead at most {settings.TEAM_LIMIT}.",
        )
