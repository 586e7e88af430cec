"""Names: ALL CAPS to the case people write them in, and full names in one cell taken apart."""

import re
from functools import lru_cache

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
_PARENTHESES = re.compile(r"\([^)]*\)|\"[^\"]*\"")
_TEST = {"test", "testing", "testpatient", "tester", "dummy", "zztest", "ztest", "donotuse", "demo"}
_TEST_WORDS = _TEST | {"patient", "do", "not", "use", "one", "two", "three", "a", "b", "x"}


@lru_cache(maxsize=50_000)
def nice_case(text):
    """A name in mixed case: O'BRIEN to O'Brien, MCDONALD to McDonald, VAN-DYKE to Van-Dyke. Mixed case is left as written."""
    text = " ".join(text.split()).strip(" ,*'-")
    if not text or not (text.isupper() or text.islower()):
        return text
    return " ".join(word if word in _ROMAN else _capitals(word) for word in text.upper().split(" "))


def _capitals(word):
    cased = _WORD.sub(lambda match: match[0].capitalize(), word)
    cased = re.sub(r"\bMc([a-z]{2})", lambda match: "Mc" + match[1].capitalize(), cased)
    return re.sub(r"'S\b", "'s", cased)


def split_full_name(text):
    """(last, first, middle) of a name in one cell, in either order: "Last, First M" or "First M Last". Suffixes go."""
    text = " ".join(_PARENTHESES.sub(" ", text[:LONGEST]).split()).strip(" ,*")
    if "," in text:
        last, _, rest = text.partition(",")
        words = _plain(rest.replace(",", " ").split())
        return " ".join(_plain(last.split())), " ".join(words[:1]), " ".join(words[1:])
    words = _plain(text.split())
    if len(words) < 2:
        return " ".join(words), "", ""
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(words[start:]), words[0], " ".join(words[1:start])


def _plain(words):
    """The words without a title in front and a suffix behind."""
    bare = [word.lower().strip(".,") for word in words]
    start = 1 if len(words) > 1 and bare[0] in TITLES else 0
    end = len(words) - 1 if len(words) - start > 1 and bare[-1] in SUFFIXES else len(words)
    if len(words) == 1 and bare[0] in SUFFIXES:
        return []
    return words[start:end]


def is_test(last, first):
    """Whether the chart is a made-up one ("TEST, PATIENT"), by whole words only: Testa and Patience are people."""
    words = set(_WORD.findall(f"{last} {first}".lower()))
    if any(word.startswith("zzz") for word in words):
        return True
    return bool(words & _TEST) and (words <= _TEST_WORDS or last.lower() in _TEST)
