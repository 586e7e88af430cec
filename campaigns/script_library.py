"""Which script is said: that of a call, and what the practice has of its own. Reads what script_versions writes."""

from dataclasses import dataclass

from django.db.models import Q

from patients.models import Appointment

from . import scripts
from .models import Campaign, ScriptVersion, Workflow
from .script_choice import workflow_of, workflows_of
from .script_rules import faults, names_of


@dataclass(frozen=True)
class SpokenScript:
    """A script as it is said in one call, all filled in.

    `opening` may be shown at once; `after`, `objections` and `referral` name the reason of the call, so only once two
    identifiers match. `voicemail` may be left on any machine.
    """

    workflow: str
    language: str
    opening: tuple[scripts.Step, ...]
    after: tuple[scripts.Step, ...]
    objections: tuple[scripts.Branch, ...]
    referral: tuple[scripts.Step, ...]
    voicemail: str
    version_label: str


def script_for(*, enrollment, patient, practice, agent, language=""):
    """The SpokenScript of a call: the newest approved text of its campaign, else of the practice, else the standard one.

    In the patient's language where there are texts in it, or in `language`, a code. One query.
    """
    campaign, missed = enrollment.campaign, enrollment.missed_appointment
    reason = missed.cancel_reason if missed else ""
    workflow = workflow_of(kind=campaign.kind, chosen=campaign.workflow, cancel_reason=reason)
    language = next((code for code in (language, patient.language) if code in scripts.LANGUAGES), "en")
    live = _live(campaign=campaign, language=language, workflows=[workflow, scripts.VOICEMAIL, scripts.REFERRAL])
    values = scripts.values_for(patient=patient, practice=practice, agent=agent, missed=missed, language=language)

    def text(name):
        return live[name].text if name in live else scripts.standard_text(name, language)

    voicemail = text(scripts.VOICEMAIL)
    if not may_be_left(voicemail, practice=practice):
        voicemail = scripts.standard_text(scripts.VOICEMAIL, language)
    said = scripts.filled(scripts.parse(text(workflow)), values)
    return SpokenScript(
        workflow=workflow,
        language=language,
        opening=said.opening,
        after=said.after,
        objections=said.objections,
        referral=scripts.filled(scripts.parse(text(scripts.REFERRAL)), values).after,
        voicemail=scripts.said(scripts.filled(scripts.parse(voicemail), values)),
        version_label=_label(live.get(workflow), practice=practice),
    )


def texts_for(*, campaign, practice, language, workflows):
    """Workflow → (text, whose it is) that calls of a campaign, stored or not, would follow in a language."""
    live = _live(campaign=campaign, language=language, workflows=workflows)
    return {
        name: (
            live[name].text if name in live else scripts.standard_text(name, language),
            _label(live.get(name), practice=practice),
        )
        for name in workflows
    }


def may_be_left(text, *, practice):
    """Whether an approved voicemail text still keeps the rules: the practice may have forbidden its name since."""
    names = names_of(practice_name=practice.name, specialties=[practice.specialty])
    return not faults(text, workflow=scripts.VOICEMAIL, may_name=practice.voicemail_may_name, names=names)


def is_said(*, workflow, campaign):
    """Whether calls of a campaign may follow a workflow; those of the practice may follow any, for None."""
    parts = {scripts.VOICEMAIL, scripts.REFERRAL}
    return campaign is None or workflow in parts | workflows_of(kind=campaign.kind, chosen=campaign.workflow)


def known_names(*, practice):
    """The words that a voicemail must not say, as script_rules.faults wants them: also of every specialty and provider.

    Names of providers are read, and of no patient.
    """
    visits = Appointment.objects.filter(practice=practice).order_by()
    providers = practice.patients.order_by().values_list("provider", flat=True).distinct()
    return names_of(
        practice_name=practice.name,
        specialties=[practice.specialty, *visits.values_list("specialty", flat=True).distinct()],
        providers=[*providers, *visits.values_list("provider", flat=True).distinct()],
    )


@dataclass(frozen=True)
class Standing:
    """Where a workflow stands in one language: `live` is what agents see (None: the next wider text), `draft` waits."""

    workflow: Workflow
    language: str
    campaign: Campaign | None
    live: ScriptVersion | None
    draft: ScriptVersion | None

    @property
    def language_label(self):
        return scripts.LANGUAGES[self.language]


def overview(*, practice):
    """(workflows, campaigns): each workflow with its Standing by language; the Standings of campaigns with own texts."""
    versions = ScriptVersion.objects.filter(practice=practice).newest_first().select_related("script__campaign").defer("text")
    found = {}
    for version in versions:
        found.setdefault(version.script, []).append(version)
    of_practice = {(script.workflow, script.language): rows for script, rows in found.items() if script.campaign is None}
    workflows = [
        (
            workflow,
            [_standing(workflow, language, None, of_practice.get((workflow, language), [])) for language in scripts.LANGUAGES],
        )
        for workflow in Workflow
    ]
    own = [
        _standing(Workflow(script.workflow), script.language, script.campaign, rows)
        for script, rows in found.items()
        if script.campaign is not None
    ]
    return workflows, sorted(own, key=lambda each: (each.campaign.name.lower(), each.workflow, each.language))


def _standing(workflow, language, campaign, versions):
    """`versions` are the newest first."""
    live = next((version for version in versions if version.approved_at), None)
    draft = versions[0] if versions and not versions[0].approved_at else None
    return Standing(workflow, language, campaign, live, draft)


def _live(*, campaign, language, workflows):
    """Workflow → its newest approved version, that of the campaign before that of the practice."""
    newest = (
        ScriptVersion.objects.approved()
        .filter(script__workflow__in=workflows, script__language=language, practice=campaign.practice_id)
        .filter(Q(script__campaign__isnull=True) | Q(script__campaign=campaign.pk))
        .select_related("script", "approved_by__user")
        .order_by("script", "-number")
        .distinct("script")
    )
    # The campaign's come last, so that they take the place of the practice's.
    return {version.script.workflow: version for version in sorted(newest, key=lambda each: each.script.campaign_id or 0)}


def _label(version, *, practice):
    if version is None:
        return "Standard text"
    whose = " for this campaign" if version.script.campaign_id else ""
    by = f" by {version.approved_by.name}" if version.approved_by else ""
    return f"Version {version.number}{whose}, approved{by} {practice.local(version.approved_at):%b %-d}"
