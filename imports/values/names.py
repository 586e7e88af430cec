"""Names: ALL CAPS to the case people write them in, and full names in one cell taken apart."""

import re

from imports.values.given import share_given, share_surnames

PARTICLES = {
    "da", "das", "de", "del", "der", "di", "dos", "du", "el", "la", "las", "le", "los", "van", "von", "st",
    "st.", "bin", "ibn", "al",
}  # fmt: skip
SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "v", "md", "phd", "esq", "do", "rn", "dds"}
TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "rev"}
_ROMAN = {"II", "III", "IV"}
# A cell may hold 130,000 brackets, which would be searched for minutes; no name is a tenth as long as this.
LONGEST = 1_000
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_MC = re.compile(r"\bMc([a-z]{2})")
_MARKS = " ,*'-"
_PARENTHESES = re.compile(r"\([^)]*\)|\"[^\"]*\"")
# What exports write where there is no name; a patient may well be called Null.
_NO_NAME = {"NULL", "null", "None", "NONE", "none", "N/A", "n/a", "NMN", "NMI", "\\N"}
_TEST = {"test", "testing", "testpatient", "tester", "dummy", "zztest", "ztest", "donotuse", "demo"}
_TEST_WORDS = _TEST | {"patient", "do", "not", "use", "one", "two", "three", "a", "b", "x"}


def nice_case(text):
    """A name in mixed case: O'BRIEN to O'Brien, MCDONALD to McDonald, VAN-DYKE to Van-Dyke. Mixed case is left as written."""
    text = " ".join(text[:LONGEST].split()).strip(_MARKS)
    if text in _NO_NAME:
        return ""
    upper = text.upper()
    if text != upper and not text.islower():
        return text
    if upper.isalpha() and not upper.startswith("MC") and upper not in _ROMAN:
        return upper.capitalize()
    return " ".join([word if word in _ROMAN else _capitals(word) for word in upper.split(" ")])


def _capitals(word):
    cased = _WORD.sub(_capitalized, word)
    if "Mc" in cased:
        cased = _MC.sub(lambda match: "Mc" + match[1].capitalize(), cased)
    return cased[:-1] + "s" if cased.endswith(("'S", "’S")) else cased


def _capitalized(match):
    return match[0].capitalize()


def split_full_name(text, *, last_first=False):
    """(last, first, middle) of a name in one cell: "Last, First M", else "First M Last". Suffixes go.

    `last_first` says that the column writes "Last First M" without a comma (see `vote_last_first`).
    """
    text = text[:LONGEST]
    if "(" in text or '"' in text:
        text = _PARENTHESES.sub(" ", text)
    text = " ".join(text.split()).strip(_MARKS)
    if "," in text:
        last, _, rest = text.partition(",")
        words = rest.replace(",", " ").split()
        if len(words) > 1 and _bare(words[0]) in SUFFIXES:  # "Smith, Jr., Bob"
            del words[0]
        words = _plain(words, least=1)
        return " ".join(_plain(last.split(), least=1)), " ".join(words[:1]), " ".join(words[1:])
    words = _plain(text.split(), least=2)
    if len(words) < 2:
        return " ".join(words), "", ""
    if last_first:
        end = 1
        while end < len(words) - 1 and words[end - 1].lower() in PARTICLES:
            end += 1
        return " ".join(words[:end]), words[end], " ".join(words[end + 1 :])
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(words[start:]), words[0], " ".join(words[1:start])


def vote_last_first(values):
    """Whether a column of full names without commas begins with the last name: told by which end holds common given names."""
    words = [value[:LONGEST].split() for value in values if "," not in value]
    words = [parts for parts in words if len(parts) > 1]
    begins, follows = share_given([parts[0] for parts in words]), share_given([parts[1] for parts in words])
    surnames = share_surnames([parts[0] for parts in words])
    return len(words) > 2 and follows > 0.4 and begins < 0.2 and surnames > 0.1


def _bare(word):
    return word.lower().strip(".,")


def _plain(words, *, least):
    """The words without a title in front and a suffix behind, as long as `least` words are left: Mr. Do is no suffix."""
    start = 1 if len(words) > least and _bare(words[0]) in TITLES else 0
    end = len(words)
    while end - start > least and _bare(words[end - 1]) in SUFFIXES:
        end -= 1
    return words[start:end]


def is_test(last, first):
    """Whether the chart is a made-up one ("TEST, PATIENT"), by whole words only: Testa and Patience are people."""
    words = set(_WORD.findall(f"{last} {first}".lower()))
    if any(word.startswith("zzz") for word in words):
        return True
    return bool(words & _TEST) and (words <= _TEST_WORDS or last.lower() in _TEST)
