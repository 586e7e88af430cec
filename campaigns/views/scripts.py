"""Scripts: what agents say. Written and approved by those who lead; agents see them in a call."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import member_required, supervisor_required

from .. import script_library, script_versions
from ..call_sheet import call_sheet
from ..forms.script import ScriptForm, SubjectForm
from ..models import Workflow
from ..script_preview import preview
from ..scripts import LANGUAGES, PLACEHOLDERS, standard_text
from .call_page import lease_of


@require_safe
@supervisor_required
def scripts(request, practice_slug):
    """Every workflow in every language: what agents see, and what waits for approval."""
    workflows, of_campaigns = script_library.overview(practice=request.practice)
    context = {
        "workflows": workflows,
        "of_campaigns": of_campaigns,
        "subject_form": SubjectForm.of_campaigns(practice=request.practice),
    }
    return render(request, "campaigns/scripts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def script_edit(request, practice_slug):
    """One script: its text, the preview, and its versions. Saving makes the next version."""
    subject = _subject(request, request.GET)
    if request.method != "POST":
        return _edit_page(request, subject, _unbound(request, subject))
    form = ScriptForm(request.POST)
    if form.is_valid():
        try:
            written = script_versions.write(
                practice=request.practice, **subject, **form.cleaned_data, by=request.membership, now=clock.now()
            )
        except script_versions.ScriptRefused as refused:
            form.refuse(refused.sentences)
        else:
            messages.success(request, f"Version {written.number} is saved. Agents see it once it is approved.")
            return redirect(_address(request, subject))
    return _edit_page(request, subject, form, status=422)


@require_POST
@supervisor_required
def script_preview(request, practice_slug):
    """The text as it stands in the form, said to an invented patient. Nothing is saved."""
    subject = _subject(request, request.POST)
    form = ScriptForm(request.POST)
    if request.htmx:
        return render(request, "campaigns/scripts/preview.html", {"preview": _preview(request, subject, form)})
    return _edit_page(request, subject, form)


@require_POST
@supervisor_required
def script_approve(request, practice_slug, version_id):
    """Let agents see a version."""
    version = get_object_or_404(request.practice.scriptversions.select_related("script__campaign"), pk=version_id)
    try:
        script_versions.approve(version=version, by=request.membership, now=clock.now())
    except script_versions.ScriptRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Version {version.number} is approved. Agents see it from now on.")
    script = version.script
    return redirect(_address(request, {"workflow": script.workflow, "language": script.language, "campaign": script.campaign}))


@require_safe
@member_required
def call_script(request, practice_slug, lease_id):
    """The script of a call in another language: the card alone, or a page of its own where there are no scripts."""
    lease = lease_of(request, lease_id)
    language = request.GET.get("language", "")
    sheet = call_sheet(lease=lease, practice=request.practice, agent=request.membership, now=clock.now(), language=language)
    template = "script_answer.html" if request.htmx else "script_page.html"
    return render(request, f"campaigns/desk/{template}", {"sheet": sheet})


def _subject(request, data):
    """{workflow, language, campaign} as the address or the form names them; a 404 for what there is not."""
    form = SubjectForm(data, practice=request.practice)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def _address(request, subject):
    named = {name: getattr(value, "pk", value) for name, value in subject.items() if value}
    return f"{reverse('campaigns:script_edit', args=[request.practice.slug])}?{urlencode(named)}"


def _unbound(request, subject):
    """The form with the newest text, or with the version that the address names: 0 is the standard text."""
    versions = list(script_versions.versions_of(practice=request.practice, **subject))
    wanted = request.GET.get("version", "")
    found = [version for version in versions if str(version.number) == wanted] or versions
    standard = standard_text(subject["workflow"], subject["language"])
    text = found[0].text if found and wanted != "0" else standard
    return ScriptForm(initial={"text": text, "seen": versions[0].number if versions else 0})


def _preview(request, subject, form):
    return preview(
        form["text"].value() or "",
        workflow=subject["workflow"],
        language=subject["language"],
        agent=request.membership,
        practice=request.practice,
        today=request.practice.business_date(clock.now()),
    )


def _edit_page(request, subject, form, *, status=200):
    context = {
        **subject,
        "label": Workflow(subject["workflow"]).label,
        "language_label": LANGUAGES[subject["language"]],
        "form": form,
        "subject_form": SubjectForm(subject, practice=request.practice),
        "address": _address(request, subject),
        "preview": _preview(request, subject, form),
        "file": script_versions.file_of(practice=request.practice, by=request.membership, **subject),
        "placeholders": PLACEHOLDERS,
    }
    return render(request, "campaigns/scripts/edit.html", context, status=status)
