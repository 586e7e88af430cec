"""Phone numbers to E.164, with what was wrong said. American numbers take a fast path, others go through phonenumbers."""

import re
from functools import lru_cache
from itertools import pairwise

import phonenumbers

# No phone cell says anything of use beyond this; hostile ones have a million brackets.
LONGEST = 300
_USUAL = re.compile(
    r"(?:\+?1[ .\-]?)?\(? ?([2-9]\d\d)\)?[ .\-/]?([2-9]\d\d)[ .\-]?(\d{4})(?: ?(?:[xX#]|[eE]xt\.?) ?([0-9]{1,6}))?"
).fullmatch
_NANP = re.compile(
    r"(?<!\d)(?:\+?1[\s.\-]{0,3})?\(?\s{0,3}([2-9]\d{2})\s{0,3}\)?[\s./\-]{0,4}([2-9]\d{2})[\s.\-]{0,4}(\d{4})(?!\d)"
    r"(?:[\s,;]{0,4}(?:ext(?:ension|n)?\.?|x|#)\s{0,3}[:.]?\s{0,3}(\d{1,6})\b)?",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:do not|don[’']?t|never|stop|not to|no longer|please no) (?:be |want |ever )?(?:call|phone|contact|ring)|\bdnc\b"
    r"|\bno (?:more )?(?:phone |tele)?calls\b|\b(?:refuse|decline)[sd]? (?:all )?(?:phone )?(?:calls?|contact)\b"
    r"|\b(?:call|phone|contact)s? (?:refused|declined|not (?:allowed|ok|wanted))|\bopt(?:ed)?[ \-]?out\b",
    re.IGNORECASE,
)
_KIND_WORDS = {
    "HOME": "h hm home house residence evening eve", "WORK": "w wk work o off office bus business day daytime job",
    "MOBILE": "c cell cellular m mob mobile text",
}  # fmt: skip
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
_WORDS = re.compile(r"[a-z]+", re.IGNORECASE)
_NOT_A_NUMBER = {"", "-", "--", "n/a", "na", "none", "null", "unknown", "no phone", "0", "\\n", "x", ".", "() -", "( ) -"}


def read_phones(text):
    """Every number in a cell as (E.164, extension) pairs; () for a blank. Raises ValueError when there is text but no number."""
    usual = _USUAL(text)
    if usual:
        area, exchange, line, extension = usual.groups("")
        if area != exchange or len(set(area + line)) > 1:
            return (("+1" + area + exchange + line, extension),)
    return tuple([(number, extension) for number, extension, _kind in read_kinds(text)])


def read_kinds(text):
    """As `read_phones`, in triples with the kind the cell itself names: HOME, WORK, MOBILE or '' ("H: 312 555 1234, cell …")."""
    text = text[:LONGEST].strip().lstrip("'")
    if text.lower() in _NOT_A_NUMBER:
        return ()
    if text.endswith(".0"):
        text = text[:-2]
    matches = [match for match in _NANP.finditer(text) if len(set(match[1] + match[2] + match[3])) > 1]
    if not matches:
        return ((_foreign(text), "", ""),)
    gaps = [text[: matches[0].start()]]
    gaps += [text[match.end() : following.start()] for match, following in pairwise(matches)]
    gaps.append(text[matches[-1].end() :])
    # Labels stand before the numbers or behind them, in one cell always on the same side.
    before = bool(_kind(gaps[0])) or not _kind(gaps[-1])
    found = {}
    for place, match in enumerate(matches):
        number = f"+1{match[1]}{match[2]}{match[3]}"
        found.setdefault(number, (number, match[4] or "", _kind(gaps[place] if before else gaps[place + 1])))
    return tuple(found.values())


def refuses(text):
    """Whether a cell says in words that the patient is not to be called."""
    plain = text[:LONGEST].lower()
    return ("c" in plain or "phone" in plain or "opt" in plain) and bool(_REFUSAL.search(plain))


def read_extension(text):
    """The extension in a cell of its own, as digits; '' for a blank. Raises ValueError."""
    digits = re.fullmatch(r"\s*(?:ext(?:ension|n)?\.?|x|#)?\s*:?\s*(\d{0,8})(?:\.0)?\s*", text[:40], re.IGNORECASE)
    if digits:
        return "" if not digits[1].strip("0") else digits[1]
    if text.strip().lower() in _NOT_A_NUMBER:
        return ""
    raise ValueError("not an extension")


def _kind(gap):
    """The kind that the words beside a number name, if they name one."""
    kinds = {_KINDS[word] for word in _WORDS.findall(gap.lower()) if word in _KINDS}
    return kinds.pop() if len(kinds) == 1 else ""


@lru_cache(maxsize=4096)
def _foreign(text):
    if re.fullmatch(r"\d(?:\.\d+)?e\+?\d{1,2}", text, re.IGNORECASE):
        raise ValueError("a spreadsheet has cut off its last digits")
    digits = re.sub(r"\D", "", text)
    if not digits:
        raise ValueError("says not to call" if refuses(text) else "no number in it")
    if len(set(digits)) == 1:
        raise ValueError("a placeholder, not a number")
    if len(digits) == 7:
        raise ValueError("the area code is missing")
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise ValueError("not a phone number") from None
    # A possible number is enough: whether it is in service only a call can tell.
    if not phonenumbers.is_possible_number(number):
        raise ValueError("too few or too many digits for a phone number")
    if number.country_code == 1:
        raise ValueError("no such area code or exchange")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
