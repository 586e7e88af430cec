"""Builds of the call lists: what each one queued, held back and changed, and whom a change is about. For those who lead."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import supervisor_required

from .. import build_log, plan_words
from ..models import QueueChange

BUILDS, PATIENTS = 30, 50


@require_safe
@supervisor_required
def builds(request, practice_slug):
    """Every build, the newest first."""
    page = Paginator(build_log.newest_first(practice=request.practice), BUILDS).get_page(request.GET.get("page"))
    rows = [(build, plan_words.took(build=build), sum(build.blocked.values())) for build in page]
    return render(request, "campaigns/builds/list.html", {"page": page, "rows": rows})


@require_safe
@supervisor_required
def build_detail(request, practice_slug, build_id):
    """One build: where the open enrollments stood, what the rules of the campaigns did, and what changed on the lists."""
    build = get_object_or_404(build_log.newest_first(practice=request.practice), pk=build_id)
    rows = plan_words.rows(build=build)
    context = {
        "build": build,
        "took": plan_words.took(build=build),
        "rows": rows,
        "open_work": sum(row.rows for row in rows),
        "flow": build_log.flow(build=build),
        "followed": plan_words.followed(build=build, campaigns=request.practice.campaigns.in_order()),
        "groups": build_log.groups(build=build),
    }
    return render(request, "campaigns/builds/detail.html", context)


@require_safe
@supervisor_required
def build_change(request, practice_slug, build_id, change_id):
    """The patients whom one change of a build is about."""
    build = get_object_or_404(request.practice.queuebuilds, pk=build_id)
    try:
        change = build_log.change_of(build=build, change_id=change_id)
    except QueueChange.DoesNotExist:
        raise Http404 from None
    page = Paginator(change.enrollment_ids, PATIENTS).get_page(request.GET.get("page"))
    enrollments = build_log.enrollments(ids=page.object_list)
    context = {"build": build, "change": change, "page": page, "enrollments": enrollments}
    return render(request, "campaigns/builds/change.html", context)
