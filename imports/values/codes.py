"""Code sets: sex, language, state, ZIP, yes and no, patient status, appointment status, and "CODE : Label" cells."""

import re

from imports.values.phones import refuses

STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI",
    "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "puerto rico": "PR", "virgin islands": "VI", "guam": "GU", "american samoa": "AS",
    "northern mariana islands": "MP",
}  # fmt: skip
STATE_CODES = set(STATES.values()) | {"AA", "AE", "AP"}

# ISO 639-1 code by name and by ISO 639-2 code, for the languages American call centers meet.
_LANGUAGE_WORDS = {
    "en": "english eng", "es": "spanish spa castilian espanol español", "ht": "haitian creole hat kreyol kreyòl",
    "zh": "chinese chi zho mandarin cantonese", "vi": "vietnamese vie", "ko": "korean kor", "ru": "russian rus",
    "ar": "arabic ara", "fr": "french fre fra", "pt": "portuguese por", "tl": "tagalog tgl filipino fil", "pl": "polish pol",
    "de": "german ger deu", "it": "italian ita", "ja": "japanese jpn", "hi": "hindi hin", "bn": "bengali ben", "ur": "urdu urd",
    "fa": "persian per fas farsi", "el": "greek gre ell", "he": "hebrew heb", "yi": "yiddish yid", "hy": "armenian arm hye",
    "uk": "ukrainian ukr", "pa": "punjabi pan", "gu": "gujarati guj", "te": "telugu tel", "ta": "tamil tam", "km": "khmer khm",
    "hmn": "hmong hmn", "lo": "lao", "so": "somali som", "am": "amharic amh", "sw": "swahili swa", "sq": "albanian alb sqi",
    "ne": "nepali nep", "my": "burmese mya bur", "th": "thai tha", "tr": "turkish tur", "ase": "sign asl sgn",
}  # fmt: skip
_LANGUAGES = {word: code for code, words in _LANGUAGE_WORDS.items() for word in (code, *words.split())}

# Beyond this no cell with a code says anything new.
LONGEST = 200
_LETTERS = re.compile(r"[^\W\d_]+")
_TWO_LETTERS = re.compile(r"\s*[a-z]{2}\s*[\-_:]").match
_SEPARATORS = re.compile(r"[\s\-]")
_CODE_LABEL = re.compile(r"^\s*([A-Z0-9/_]{1,10}|[a-z])\s*(?: : |: | - | -|- |:)\s*(?=\S)(.+)$", re.DOTALL)
_YES = {"y", "yes", "true", "t", "1", "x", "on", "-1", "deceased", "inactive", "cancelled", "canceled"}
_NO = {"", "n", "no", "false", "f", "0", "off", "null", "none", "n/a", "never"}
_UNSAID = {"", "null", "none", "n/a", "na", "unknown", "-", "not asked"}

# Words to our status, first hit wins: a rescheduled or no-show visit is often called "cancelled - …" as well.
_STATUS = tuple(
    (re.compile(pattern, re.IGNORECASE), status)
    for pattern, status in (
        (r"no.?show|\bn/?s\b|\bdna\b|\bdnka\b|\bftka\b|did ?n.?t (show|come)|missed|failed", "NO_SHOW"),
        (r"re-?sch|\br/s\b|\brs\b|bumped|moved|re-?booked", "RESCHEDULED"),
        (r"cancel|\bcanc?\b|\bcxl\b|\bcx\b|deleted|void|left without|\blwbs\b|walked out|declined|entered in error", "CANCELLED"),
        (r"\b(not|un) ?(yet )?(arriv|check|confirm|kept|seen)|(pending|expected|awaiting).?arriv|\bincomplete", "SCHEDULED"),
        (
            r"check(ed)?.?(out|in)\b|complete|\bcharge|\bkept\b|arriv|\bseen\b|finish|\bdone\b|\bchk(in|out)?\b|\barr\b"
            r"|fulfilled|signed|in.?room|in.?lobby|with provider|in session|in progress|roomed|^out$|^in$|received|discharged"
            r"|closed|billed|showed|present",
            "KEPT",
        ),
        (
            r"schedul|pend|confirm|\bfilled\b|book|remind|open|active|\bmade\b|left (a )?m|\blm\b|pre-?reg|\bpen\b"
            r"|request|upcoming|future|\bnew\b|waiting|tentative|proposed|\bsch\b",
            "SCHEDULED",
        ),
    )
)

# Letters by themselves, as many reports write them. Bare numbers mean another thing in each EMR.
_STATUS_CODES = {
    "x": "CANCELLED", "c": "CANCELLED", "n": "NO_SHOW", "k": "KEPT", "a": "KEPT", "s": "SCHEDULED", "p": "SCHEDULED",
    "f": "SCHEDULED", "r": "RESCHEDULED", "co": "KEPT", "ci": "KEPT",
}  # fmt: skip


def label_of(text):
    """The label of a "CODE : Label" or "3 - Label" cell, else the cell."""
    if ":" in text or "-" in text:
        match = _CODE_LABEL.match(text)
        if match:
            return match[2].strip()
    return text.strip()


def code_of(text):
    """The code before a colon ("100854:Garcia" is chart 100854), else the cell, without what spreadsheets put around it.

    That is a trailing ".0", a leading apostrophe, asterisk or dash, and the ="…" that keeps zeros.
    """
    text = text.strip()
    if text[:2] == '="':
        text = text[2:].rstrip('"')
    code = text.lstrip("'*- ").partition(":")[0].rstrip()
    return code[:-2] if code.endswith(".0") and code[:-2].isdigit() else code


def read_sex(text):
    """F, M, X (other) or '' (unknown, or not said)."""
    word = label_of(text).strip().upper()
    if word[:1] in ("F", "M"):
        return word[0]
    if word[:1] == "W":
        return "F"
    return "X" if word[:1] in ("X", "O") or word.startswith("NON") else ""


def read_language(text):
    """The ISO 639 code of a language name or code; '' when it is blank or not one we know."""
    text = text[:LONGEST].lower()
    words = _LETTERS.findall(text)
    if not words or any(map(str.isdigit, text)):
        return ""
    if len(words[0]) == 2 and (len(words) == 1 or _TWO_LETTERS(text)) and words[0] in _LANGUAGES:
        return _LANGUAGES[words[0]]
    return next((_LANGUAGES[word] for word in words if len(word) > 2 and word in _LANGUAGES), "")


def read_state(text):
    """The two-letter postal code of a state, '' for a blank. Raises ValueError."""
    if text in STATE_CODES:
        return text
    word = " ".join(text[:LONGEST].replace(".", "").split())
    if not word:
        return ""
    if word.upper() in STATE_CODES:
        return word.upper()
    if word.lower() in STATES:
        return STATES[word.lower()]
    raise ValueError("not a state")


def read_zip(text):
    """A ZIP or ZIP+4 with the zeros a spreadsheet dropped put back, '' for a blank. Raises ValueError."""
    if len(text) == 5 and text.isdecimal() and text.isascii() and text != "00000":
        return text
    text = text[:LONGEST].strip().lstrip("'").removesuffix(".0")
    digits = _SEPARATORS.sub("", text)
    if not digits or not digits.strip("0"):
        return ""
    if not (digits.isdecimal() and digits.isascii()):
        raise ValueError("not a ZIP code")
    if len(digits) in (3, 4, 5):
        return digits.zfill(5)
    if len(digits) in (8, 9):
        digits = digits.zfill(9)
        return f"{digits[:5]}-{digits[5:]}" if digits[5:] != "0000" else digits[:5]
    raise ValueError("a ZIP code has five or nine digits")


def read_flag(text):
    """Whether a yes-or-no cell says yes. A date in it (cancelled on, deceased on) is a yes, an empty date is a no."""
    word = text[:LONGEST].strip().lower()
    if word in _NO or not word.strip("0-/: .t"):
        return False
    return word in _YES or any(map(str.isdigit, word)) or word.startswith("y")


def read_no_calls(text, *, inverted=False):
    """Whether a cell of a calling-wishes column says that the patient is not to be called; None when it says nothing.

    `inverted` marks a column that says whom we may call ("OK to call"): there a clear no counts.
    """
    word = text[:LONGEST].strip().lower()
    if refuses(word):
        return True
    if word in _UNSAID:
        return None
    if inverted:
        return word in _NO or word.startswith(("no ", "not ", "refus", "declin", "revoke"))
    return read_flag(word) or word.startswith(("refus", "opted out", "opt out"))


def read_patient_status(text):
    """ACTIVE, INACTIVE or DECEASED; '' when the cell does not say."""
    word = label_of(text).strip().lower()
    if re.match(r"dec|dea?d|died|expired|d$", word):
        return "DECEASED"
    if re.match(r"in-?act|i$|archiv|discharg|dismiss|transfer|closed|merged|n$|no$|false$|moved", word):
        return "INACTIVE"
    return "ACTIVE" if re.match(r"act|a$|est|new|current|y$|yes$|true$", word) else ""


def read_status(text):
    """KEPT, NO_SHOW, CANCELLED, RESCHEDULED or SCHEDULED; '' for a blank. Raises ValueError for words we do not know."""
    text = text[:LONGEST].strip()
    if not text:
        return ""
    if text.lower() in _STATUS_CODES:
        return _STATUS_CODES[text.lower()]
    for form in dict.fromkeys((label_of(text), text)):
        for pattern, status in _STATUS:
            if pattern.search(form.replace("_", " ")):
                return status
    raise ValueError("a status we do not know")
