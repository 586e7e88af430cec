"""The people of a practice: list, invite, change. For admins."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import people
from ..access import admin_required
from ..forms import ALREADY_MEMBER, UserForm

PAGE_SIZE = 100


def _people(practice):
    codes = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    return (
        practice.memberships.select_related("user", "practice", "supervisor__user")
        .annotate(
            two_step=Exists(codes),
            led=Count("team", filter=Q(team__is_active=True)),
        )
        .order_by("-is_active", "user__full_name")
    )


@require_safe
@admin_required
def users(request, practice_slug):
    """Everybody with a place in the practice, those whose access ended last."""
    members = _people(request.practice)
    page = Paginator(members, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "team_limit": settings.TEAM_LIMIT}
    return render(request, "accounts/users.html", context)


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
        form.add_error(None, "The practice needs at least one active admin. Make somebody else an admin first.")
        membership.refresh_from_db()
        return False
    people.change_person(membership=membership, full_name=form.cleaned_data["full_name"], email=form.cleaned_data["email"])
    return True


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
