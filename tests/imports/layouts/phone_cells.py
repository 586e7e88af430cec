"""Phones as people type them."""

from . import plain
from . import writing as w
from .layout import layout, stored, table
from .people import EVERYBODY

PHONE_STYLES = [
    w.brackets, w.hyphens, w.slashed, w.gaping, w.dialed, w.dotted, str, lambda n: n and f"1{n}", lambda n: n and f"{n}.0",
    lambda n: n and f"1-{w.hyphens(n)}", lambda n: n and f"({n[:3]}){n[3:6]}-{n[6:]}", lambda n: n and f"+1 {w.hyphens(n)}",
    lambda n: n and f"tel:+1{n}", lambda n: n and f" {n[:3]} {n[3:6]} {n[6:]} ",
]  # fmt: skip


@layout("cells-phones-in-fourteen-styles")
def phone_styles():
    def styled(attribute):
        return lambda p: PHONE_STYLES[(int(p.mrn) // 13) % len(PHONE_STYLES)](getattr(p, attribute))

    return plain.export(plain.rows(Home_Phone=styled("home"), Cell_Phone=styled("mobile")))


@layout("cells-phones-with-extensions")
def extensions():
    styles = ("{} x12", "{} ext. 12", "{} Ext 12", "{} EXT12", "{} extension 12", "{} #12")

    def cell(p):
        return styles[(int(p.mrn) // 13) % len(styles)].format(w.brackets(p.home)) if p.home else ""

    expect = plain.as_stored(extensions=lambda p: frozenset({(f"+1{p.home}", "12")} if p.home else ()))
    return plain.export(plain.rows(Home_Phone=cell), expect=expect)


@layout("cells-two-phones-in-one")
def two_phones():
    joins = (" / ", "; ", ", ", " or ", "\n")

    def cell(p):
        return joins[(int(p.mrn) // 13) % len(joins)].join(w.hyphens(n) for n in (p.home, p.mobile) if n)

    head = {"MRN": lambda p: p.mrn, "Last Name": lambda p: p.last, "First Name": lambda p: p.first,
            "DOB": lambda p: w.us(p.born_on), "Phone(s)": cell}  # fmt: skip
    expect = stored(EVERYBODY, "mrn last first born_on", numbers=lambda p: frozenset(f"+1{n}" for n in (p.home, p.mobile) if n))
    return plain.export(table(head, EVERYBODY), expect=expect)


@layout("cells-two-phones-with-their-kinds")
def labeled_phones():
    def cell(p):
        parts = [f"{letter}: {w.brackets(n)}" for letter, n in (("H", p.home), ("C", p.mobile)) if n]
        return " ".join(parts)

    head = {"MRN": lambda p: p.mrn, "Last Name": lambda p: p.last, "First Name": lambda p: p.first,
            "DOB": lambda p: w.us(p.born_on), "Phone Numbers": cell}  # fmt: skip
    return plain.export(table(head, EVERYBODY), expect=stored(EVERYBODY, "mrn last first born_on", phones=plain.KINDS))


@layout("cells-words-beside-phones")
def phone_words():
    """A cell of words alone holds no number; words beside a number leave it."""
    words = ("wife's cell {}", "{} (daughter)", "{} - leave message", "{} OK to text", "{}")

    def cell(p):
        if not p.home:
            return ("none", "no phone", "disconnected", "see chart")[int(p.mrn) % 4]
        return words[(int(p.mrn) // 13) % 5].format(w.hyphens(p.home))

    rows = plain.rows(Home_Phone=cell)
    return plain.export(
        rows,
        expect=stored(
            EVERYBODY, "mrn last first born_on", numbers=lambda p: frozenset(f"+1{n}" for n in (p.home, p.mobile) if n)
        ),
    )
