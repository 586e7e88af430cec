"""How a name is written down for searching and matching."""

import re
import unicodedata


def name_key(*, first_name, last_name):
    """“last first” in lower case without accents or punctuation: O'Brien, JOSÉ → "obrien jose"."""
    return f"{plain(last_name)} {plain(first_name)}".strip()


def plain(name):
    """A name in lower case without accents, spaces and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))
