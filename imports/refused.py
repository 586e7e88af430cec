"""Columns that are never stored: what would harm a patient if it leaked, and what nobody needs to call one.

By the name of the column, and by the look of its values where the name is innocent.
"""

import re

from imports.headers import LONGEST, spelled, words

NOT_NEEDED = "not needed to call a patient"
# Patterns over the lower-case words of a header, "#" kept.
_HARMFUL = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (
            r"ssn|\bs ?s ?(no|num|nbr|number|n|#)(?![a-z])|\bsoc(ial)? ?sec(urity)?|\bss#|\blast ?(4|four) ?(of )?(ss|soc)"
            r"|^(pt |pat |patient )?(soc|social|ss|s s|social number|social no|social #)$|\b(ss|social) ?last ?(4|four)"
            r"|\bsin\b|\bsocsec",
            "Social Security number",
        ),
        (
            r"\bmbi\b|\bhic ?n?( ?(no|num|nbr|number|#|id))?\b|medicare ?(beneficiary ?)?(id|no\b|num|nbr|#|claim|benef)"
            r"|medicaid ?(recipient ?)?(id|no\b|num|nbr|#)|\bmedi ?cal ?(id|no\b|num|#)",
            "Medicare or Medicaid id",
        ),
        (
            r"(insur\w*|\bins\d?|policy|policyholder|member|subscriber|subscr|payer|payor|group|\bplan|certificate|\bcert"
            r"|coverage)"
            r"( ?\d)? ?((policy|member|subscriber|subscr|plan|group|cert|payer|company|carrier|card|holder|primary|secondary)"
            r" ?)*"
            r"(\d ?)?(id|ids|no|num|number|nbr|#|identifier)(?![a-z])|\b(pri|prim|sec|primary|secondary|tertiary) ?policy\b",
            "insurance id",
        ),
        (
            r"driver ?s? ?lic|^drivers?$|\bdl ?(no|num|number|nbr|state|#)|^dl$|licen[sc]e ?(no|num|number|nbr|#)|passport"
            r"|state ?id ?(no|num|number|#|card)|\bgovernment id|\btax ?(payer)? ?id|\bitin\b|\btin\b|alien (no|num|reg)"
            r"|green ?card|\bvisa (no|num|#)",
            "government id",
        ),
        (
            r"credit ?card|debit ?card|\bcc ?(no|num|number|nbr|#|exp|type)|\bcard ?(no\b|num|nbr|#|exp|holder)|\bcvv2?\b"
            r"|\bcvc\b|\brouting|\baba\b|\bbank|\biban\b|\bpan\b|checking acc",
            "payment data",
        ),
        (r"passw|\bpwd\b|\bpin\b|\bpin ?(no|number|code)|maiden|security (question|answer)|secret", "secret"),
    )
)
_FALSE_ALARM = re.compile(r"\bgroup (practice|name)\b|\bemployer (name|phone)\b")
# Patterns over the written-out words: true and private, and of no use for a call.
_NEEDLESS = re.compile(
    r"^(patient )?(races?|ethnicit(y|ies)|ethnic group|religion|religious affiliation|nationality|birthplace|birth place"
    r"|place of birth|marital|marital status|maritalstatus|marriage status|sexual orientation|(gender|sex) identity|veteran"
    r"|veteran status|tribe|occupation|salary|income|education|migrant status)"
    r"( (code|id|number|description|name|c name|granularity))?$"
    r"|\b(diagnos[ei]s|diag|dx|icd ?(9|10)?|snomed|problem list|problems|medications?|prescriptions?|allerg(y|ies))\b"
    r"|\bimmunizations?\b"
    r"|\b(clinical|progress|appointment|visit|patient|chart|doctor|provider|encounter|general|medical|billing|account|internal)"
    r" (notes?|comments?|memo|remarks?|narrative)\b|^(notes?|comments?|memo|remarks?|memos)( text| \d)?$|^note text$"
    r"|\b(balance|charges?|copays?|co pay|amount|deductible|write ?off|a r|collections?|paid)\b|^last pay(ment)?( amount| date)?$"
    r"|\bpayments?\b|^(patient )?employer( (name|id|address|phone|city|state|zip|status|number))*$|^employment status$",
)
_NOT_NEEDLESS = re.compile(r"\b(phone|extension|email|preferred|language|visit type|appointment type)\b")

_SSN = re.compile(r"(?:\d{3}|[Xx*#]{3})([- ])(?:\d{2}|[Xx*#]{2})\1\d{4}")
_MBI = re.compile(
    r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}", re.IGNORECASE
)
_HICN = re.compile(r"\d{3}-\d{2}-\d{4}-?[A-DFHJKMTW][A-Z1-9]?|[A-Z]{1,3}-?\d{3}-\d{2}-\d{4}")
_CARD = re.compile(r"[3-6]\d{3}([- ]?)(?:\d{4}\1\d{4}\1\d{1,7}|\d{6}\1\d{5})")


def refused(header):
    """What never-stored thing this header names ("Social Security number", NOT_NEEDED), or ''."""
    if len(header) > LONGEST:
        return ""
    text = words(header)
    for pattern, what in _HARMFUL:
        if pattern.search(text) and not _FALSE_ALARM.search(text):
            return what
    full = spelled(header)[0]
    if full.count(" ") > 4 or _NOT_NEEDLESS.search(full):  # a sentence is a value, not a name
        return ""
    return NOT_NEEDED if _NEEDLESS.search(full) else ""


def looks_secret(cell):
    """What never-stored thing one cell looks like by itself ("Social Security number"), or ''."""
    if not 9 <= len(cell) <= 24:
        return ""
    if _SSN.fullmatch(cell):
        return "Social Security number"
    if _MBI.fullmatch(cell) or _HICN.fullmatch(cell):
        return "Medicare id"
    if _CARD.fullmatch(cell) and _luhn(cell):
        return "payment card number"
    return ""


def secret_in(cells):
    """What a column of cells holds that may never be stored, however it is called, or ''.

    One cell in ten is enough for forms that nothing else has; for card numbers, which one long number in ten resembles
    by chance, it takes half of them.
    """
    found = {}
    for cell in cells:
        if what := looks_secret(cell):
            found[what] = found.get(what, 0) + 1
    for what, count in found.items():
        if count >= len(cells) * (0.5 if what.startswith("payment") else 0.1):
            return what
    return ""


def _luhn(text):
    digits = [int(character) for character in reversed(text) if character.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return len(digits) >= 13 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
