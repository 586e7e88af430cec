"""Writing scripts and approving them: every text is kept, with who wrote it and who let agents see it."""

import difflib
from dataclasses import dataclass

from accounts.models import Membership

from . import scripts
from .models import Script, ScriptVersion
from .script_library import is_said, known_names, may_be_left
from .script_rules import faults

Role = Membership.Role
LINES_AROUND = 2


class ScriptRefused(Exception):
    """The text or the approval was refused; `sentences` say why."""

    def __init__(self, *sentences):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def versions_of(*, practice, workflow, language, campaign=None):
    """The versions of a script, the newest first."""
    rows = ScriptVersion.objects.filter(
        practice=practice, script__workflow=workflow, script__language=language, script__campaign=campaign
    )
    return rows.newest_first()


def write(*, practice, workflow, language, text, seen, by, now, campaign=None):
    """Keep a text as the next version, which waits for approval. Returns the ScriptVersion.

    `seen` is the number of the newest version the writer saw, 0 for none. Raises ScriptRefused: the text breaks a rule of
    script_rules, says nothing new, or somebody wrote another version meanwhile.
    """
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    _refuse_faults(text, workflow=workflow, practice=practice)
    script, _made = Script.objects.get_or_create(practice=practice, workflow=workflow, language=language, campaign=campaign)
    latest = _lock(script)
    if latest and latest.number != seen:
        raise ScriptRefused(
            f"{latest.author.name if latest.author else 'Somebody'} saved version {latest.number} while you wrote. "
            "Your text is still here, not saved. Look at that version below, then save again."
        )
    if latest and latest.text == text:
        raise ScriptRefused(f"This is version {latest.number} word for word, so nothing was saved.")
    return ScriptVersion.objects.create(
        practice=practice, script=script, number=latest.number + 1 if latest else 1, text=text, author=by, created_at=now
    )


def approve(*, version, by, now):
    """Let agents see a version from now on. Raises ScriptRefused with the reason of `why_not`, or what is wrong with it."""
    latest = _lock(version.script)
    version.refresh_from_db()
    if why := why_not(version=version, latest=latest, by=by):
        raise ScriptRefused(why)
    _refuse_faults(version.text, workflow=version.script.workflow, practice=by.practice)
    version.approved_by, version.approved_at = by, now
    version.save(update_fields=["approved_by", "approved_at"])


def why_not(*, version, latest, by):
    """Why somebody who leads may not approve a version; '' if they may.

    Another person than the author approves. An admin may approve their own, and so may whoever leads alone: there is
    nobody else to ask.
    """
    if version.approved_at:
        return "This version is approved already."
    if version != latest:
        return f"Version {latest.number} is newer. Approve that one, or bring this text back as a new version."
    if version.author == by and not by.is_admin and _others_lead(by):
        return "You wrote this version. Another supervisor or an admin has to approve it."
    return ""


def difference(before, after):
    """What changed between two texts, line by line: (sign, line), sign one of “+”, “-”, “ ” and “…” where lines are left out."""
    found = []
    blocks = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    for group in blocks.get_grouped_opcodes(LINES_AROUND):
        if found:
            found.append(("…", ""))
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                found += [(" ", line) for line in blocks.a[start:end]]
            else:
                found += [("-", line) for line in blocks.a[start:end]]
                found += [("+", line) for line in blocks.b[new_start:new_end]]
    return found


@dataclass(frozen=True)
class ScriptFile:
    """All there is about one script. `history` holds (version, difference to the one before), the newest first.

    `live` is what agents see and `draft` what waits, or None. `changes` is what approving the draft would change for them,
    `why_not` why the reader may not. `is_withheld`: live says more than may be left on a machine; `is_unused`: no call of
    its campaign follows it.
    """

    history: list
    live: ScriptVersion | None
    draft: ScriptVersion | None
    changes: list
    why_not: str
    is_withheld: bool
    is_unused: bool


def file_of(*, practice, workflow, language, campaign, by):
    """The ScriptFile of a script, for a member who leads."""
    versions = list(versions_of(practice=practice, workflow=workflow, language=language, campaign=campaign))
    texts = [*(version.text for version in versions), scripts.standard_text(workflow, language)]
    live = next((version for version in versions if version.approved_at), None)
    draft = versions[0] if versions and not versions[0].approved_at else None
    return ScriptFile(
        history=[(version, difference(before, version.text)) for version, before in zip(versions, texts[1:], strict=True)],
        live=live,
        draft=draft,
        changes=difference(live.text if live else texts[-1], draft.text) if draft else [],
        why_not=why_not(version=draft, latest=draft, by=by) if draft else "",
        is_withheld=bool(live) and workflow == scripts.VOICEMAIL and not may_be_left(live.text, practice=practice),
        is_unused=not is_said(workflow=workflow, campaign=campaign),
    )


def _lock(script):
    """Hold the script for this transaction; returns its newest version or None."""
    Script.objects.select_for_update(no_key=True).get(pk=script.pk)
    return script.versions.newest_first().first()


def _refuse_faults(text, *, workflow, practice):
    names = known_names(practice=practice) if workflow == scripts.VOICEMAIL else frozenset()
    found = faults(text, workflow=workflow, may_name=practice.voicemail_may_name, names=names)
    if found:
        raise ScriptRefused(*map(str, found))


def _others_lead(member):
    leads = member.practice.memberships.active().filter(role__in=[Role.SUPERVISOR, Role.ADMIN])
    return leads.exclude(pk=member.pk).exists()
