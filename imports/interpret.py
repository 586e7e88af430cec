"""Rows of a table, read through a mapping: clean values by column, and what is wrong by row.

Works column by column over a block of rows, because a file has 200,000 of them and most of its cells repeat.
"""

import re
from dataclasses import dataclass, field
from functools import partial

from imports import visits
from imports.cells import read_address, read_city, read_email, read_mrn, read_name, read_said
from imports.column import Column
from imports.fields import inverted
from imports.mapping import appointment_columns, extension_columns
from imports.values import codes, dates, names, phones
from patients.names import name_key
from patients.zones import zone_key

PHONE_KINDS = {"phone_mobile": "MOBILE", "phone_home": "HOME", "phone_work": "WORK", "phone_other": "OTHER"}
TEST_PATIENT = "a made-up chart entry of the EMR"
NO_IDENTITY = "neither a chart number nor a full name"
NOTHING_TO_KNOW_BY = "no chart number, date of birth or phone to know the person by"
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
_ODD = re.compile("test|dummy|zzz|donotuse|demo")
_MOST_KNOWN = 50_000  # names, or ZIPs with area codes: ever new ones come, and memory must not grow with the file
_BOOLEAN = {True: "true", False: "false", None: "NULL"}
# Text columns of a person, in the order of IncomingRow.
_PERSON = ("mrn", "last_name", "first_name", "middle_name", "sex", "language", "email", "address", "city", "state", "zip_code")


@dataclass(frozen=True)
class Note:
    """Something to say about a row. `verdict` is REJECTED or SKIPPED, or empty for a row that came in without a cell."""

    line: int
    verdict: str
    reason: str
    column: str = ""
    cells: dict = field(default_factory=dict, repr=False)


@dataclass
class Batch:
    """A block of rows, read. `rows`, `phones`, `encounters` and `visits` map column → values, one for each accepted row
    (or phone, or visit); texts as strings, others as PostgreSQL reads them, "NULL" for null."""

    rows: dict = field(default_factory=dict)
    phones: dict = field(default_factory=dict)
    encounters: dict = field(default_factory=dict)
    visits: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


class Interpreter:
    """Reads rows of one table. `formats` are the DateFormats by header, as `vote` finds them; `today` is the practice's date.

    `last_first` says that full names without a comma begin with the last name (see `names.vote_last_first`).
    """

    def __init__(self, header, mapping, *, formats, today, zone, last_first=False):
        self.header, self.formats, self.today, self.zone = tuple(header), formats, today, zone
        self.last_first = last_first
        self.places = {}
        for place, name in enumerate(self.header):
            if mapping.get(name):
                self.places.setdefault(mapping[name], []).append(place)
        self.columns = {name: self._columns(name) for name in self.places}
        self.encounters = visits.encounter_columns(self)
        self.groups = visits.appointment_groups(self, appointment_columns(self.header, mapping))
        beside = extension_columns(self.header, mapping)
        extensions = {column.place: column for column in self.columns.get("phone_extension", ())}
        self._extensions = {phone: extensions[place] for phone, place in beside.items()}
        self._zones, self._refusing = {}, set()
        self._plain = {}

    def read(self, rows):
        """The Batch of a list of Rows."""
        batch = Batch()
        good = rows
        if any(row.problem for row in rows):
            good = [row for row in rows if not row.problem]
            batch.notes += [Note(row.line, "REJECTED", _sentence(row.problem)) for row in rows if row.problem]
        if good:
            self._read_good(good, batch)
        return batch

    def _read_good(self, good, batch):
        cells = list(zip(*(row.cells for row in good), strict=True))
        person, faults, warnings = self._person(cells, len(good))
        listed = self._phones(cells, warnings)
        person["do_not_call"] = self._refusals(cells, len(good))
        faults = self._identity_faults(person, listed, faults)
        booked = visits.Visits(self, cells, warnings, faults)
        tests = {n for n, key in enumerate(person["name_key"]) if _ODD.search(key) and _is_test(person, n)} - faults.keys()
        for n, (column, reason) in sorted(faults.items()):
            source = {name: cell for name, cell in zip(self.header, good[n].cells, strict=True) if cell}
            batch.notes.append(Note(good[n].line, "REJECTED", reason, column, source))
        batch.notes += [Note(good[n].line, "SKIPPED", TEST_PATIENT) for n in sorted(tests)]
        out = faults.keys() | tests
        batch.notes += [Note(good[n].line, "", reason, column) for n, column, reason in warnings if n not in out]
        kept = [n for n in range(len(good)) if n not in out] if out else range(len(good))
        lines = [str(row.line) for row in good]
        self._add_rows(batch, good, kept, lines, person, listed, cells)
        batch.phones = _phone_columns(kept, lines, listed)
        batch.encounters, batch.visits = booked.columns(kept, lines)

    # Columns

    def _columns(self, name):
        read = self._reader(name)
        if read is None:
            return []
        return [Column(place, self.header[place], partial(read, place) if name in _DATED else read, *_NOTHING.get(name, ()))
                for place in self.places[name]]  # fmt: skip

    def _reader(self, name):
        if name in PHONE_KINDS:
            return self._read_phone_cell
        return {
            "mrn": read_mrn,
            "last_name": read_name,
            "first_name": read_name,
            "middle_name": read_name,
            "full_name": partial(names.split_full_name, last_first=self.last_first),
            "born_on": self._read_birth,
            "sex": codes.read_sex,
            "language": codes.read_language,
            "email": read_email,
            "address": read_address,
            "address_2": read_address,
            "city": read_city,
            "state": codes.read_state,
            "zip_code": codes.read_zip,
            "patient_status": codes.read_patient_status,
            "deceased": read_said,
            "active": read_said,
            "inactive": read_said,
            "do_not_call": self._read_wish,
            "phone_extension": phones.read_extension,
            **visits.readers(self),
        }.get(name)

    def _read_birth(self, place, text):
        day = dates.read_date(text, self.format_of(place), today=self.today, birth=True)
        return day.isoformat() if day else "NULL"

    def format_of(self, place):
        """The DateFormat of a column, by its place."""
        return self.formats.get(self.header[place], dates.DateFormat())

    def one(self, name, cells, rows, warnings=None, faults=None, column=None):
        """The values of a field's only column (or of `column`), "" where it has none. What is refused goes to `warnings` or
        `faults`."""
        if column is None and not self.columns.get(name):
            return [""] * rows
        column = column or self.columns[name][0]
        values = column.values(cells[column.place])
        for n, reason in column.faults(cells[column.place]):
            if faults is not None:
                faults.setdefault(n, (column.header, reason))
            elif warnings is not None:
                warnings.append((n, column.header, reason))
        return values

    # Parts of a person

    def _person(self, cells, rows):
        """Clean values by field; faults {row: (column, reason)}, which cost the row; warnings, which cost the cell."""
        faults, warnings = {}, []
        person = {name: self.one(name, cells, rows, warnings, faults if name == "mrn" else None) for name in _PERSON}
        person["born_on"] = self.one("born_on", cells, rows, faults=faults) if "born_on" in self.places else ["NULL"] * rows
        if "full_name" in self.columns:
            self._full_names(person, cells, rows)
        if "address_2" in self.columns:
            second = self.one("address_2", cells, rows)
            person["address"] = [", ".join(filter(None, pair))[:200] for pair in zip(person["address"], second, strict=True)]
        keys = self._keys(person["last_name"]), self._keys(person["first_name"])
        person["name_key"] = [f"{last} {first}" if last and first else "" for last, first in zip(*keys, strict=True)]
        if not all(person["name_key"]):  # half a name says nobody: the row goes by its chart number
            for n, key in enumerate(person["name_key"]):
                if not key:
                    person["last_name"][n] = person["first_name"][n] = person["middle_name"][n] = ""
        person["provider"] = self.one("provider", cells, rows) if "appointment_on" not in self.places else [""] * rows
        person["deceased"], person["inactive"] = self._standing(cells, rows)
        return person, faults, warnings

    def _full_names(self, person, cells, rows):
        whole = self.one("full_name", cells, rows)
        for n, parts in enumerate(whole):
            if parts and not (person["last_name"][n] and person["first_name"][n]):
                person["last_name"][n], person["first_name"][n], person["middle_name"][n] = (read_name(part) for part in parts)

    def _keys(self, parts):
        known = self._plain
        if len(known) > _MOST_KNOWN:
            known.clear()
        for part in set(parts).difference(known):
            known[part] = name_key(first_name="", last_name=part)
        return [known[part] for part in parts]

    def _standing(self, cells, rows):
        """Whether each is deceased and inactive, as the file says; None where it does not."""
        deceased, inactive = [None] * rows, [None] * rows
        if "patient_status" in self.columns:
            for n, status in enumerate(self.one("patient_status", cells, rows)):
                if status:
                    deceased[n], inactive[n] = status == "DECEASED", status == "INACTIVE"
        for name, list_, says in (("deceased", deceased, True), ("inactive", inactive, True), ("active", inactive, False)):
            if name in self.columns:
                for n, flag in enumerate(self.one(name, cells, rows)):
                    if flag is not None:
                        list_[n] = flag is says
        return deceased, inactive

    def _refusals(self, cells, rows):
        """Whether each asked not to be called: in a column of its own, or in words in the cell of a phone."""
        refused = [None] * rows
        for column in self.columns.get("do_not_call", ()):
            refused = [flag or before for flag, before in zip(column.values(cells[column.place]), refused, strict=True)]
        refused = [flag or None for flag in refused]
        if self._refusing:
            for name in PHONE_KINDS:
                for column in self.columns.get(name, ()):
                    for n, cell in enumerate(cells[column.place]):
                        if cell in self._refusing:
                            refused[n] = True
        return refused

    def _read_wish(self, place, text):
        return codes.read_no_calls(text, inverted=inverted(self.header[place]))

    def _read_phone_cell(self, text):
        """((E.164, extension, kind or ''), …) of a cell; a cell with words may name kinds, or refuse to be called."""
        if not _LETTER.search(text):
            return tuple([(e164, extension, "") for e164, extension in phones.read_phones(text)])
        if phones.refuses(text):
            self._refusing.add(text)
        return phones.read_kinds(text)

    def _phones(self, cells, warnings):
        """For each row the numbers as (E.164, kind, extension), each once."""
        columns = [(kind, column) for name, kind in PHONE_KINDS.items() for column in self.columns.get(name, ())]
        listed = []
        for kind, column in columns:
            found = column.values(cells[column.place])
            beside = self._extensions.get(column.place)
            if beside:
                extensions = beside.values(cells[beside.place])
                found = [_extended(each, extension) for each, extension in zip(found, extensions, strict=True)]
            listed.append([[(e164, said or kind, extension) for e164, extension, said in each] for each in found])
            warnings += [(n, column.header, reason) for n, reason in column.faults(cells[column.place])]
        if not listed:
            return [()] * (len(cells[0]) if cells else 0)
        if len(listed) == 1:
            return listed[0]
        return [_each_once(found) for found in zip(*listed, strict=True)]

    def _identity_faults(self, person, listed, faults):
        if not all(person["mrn"]):
            for n, (mrn, key, born) in enumerate(zip(person["mrn"], person["name_key"], person["born_on"], strict=True)):
                if mrn or n in faults:
                    continue
                if not key:
                    faults[n] = ("", NO_IDENTITY)
                elif born == "NULL" and not listed[n]:
                    faults[n] = ("", NOTHING_TO_KNOW_BY)
        return faults

    def _zone(self, zip_code, state, listed):
        prefixes = tuple([e164[:5] for e164, _, _ in listed])
        known = self._zones.get((zip_code, state, prefixes))
        if known is None:
            if len(self._zones) > _MOST_KNOWN:
                self._zones.clear()
            known = self._zones[zip_code, state, prefixes] = zone_key(zip_code=zip_code, e164s=prefixes, state=state)
        return known

    def _add_rows(self, batch, good, kept, lines, person, listed, cells):
        take = (lambda values: [values[n] for n in kept]) if len(kept) < len(good) else (lambda values: values)
        rows = {"line": ("int", take(lines))}
        rows |= {name: ("text", take(person[name])) for name in (*_PERSON, "name_key", "provider")}
        rows["born_on"] = ("date", take(person["born_on"]))
        rows |= {
            name: ("bool", [_BOOLEAN[value] for value in take(person[name])]) for name in ("deceased", "inactive", "do_not_call")
        }
        places = zip(take(person["zip_code"]), take(person["state"]), take(listed), strict=True)
        rows["zone_key"] = ("text", [self._zone(zip_code[:5], state, found) for zip_code, state, found in places])
        rows["note"] = ("text", take([row.section for row in good]))
        rows["person"] = ("text", [
            f"m{mrn}" if mrn else f"n{key}|{born if born != 'NULL' else found[0][0]}"
            for mrn, key, born, found in zip(
                rows["mrn"][1], rows["name_key"][1], rows["born_on"][1], take(listed), strict=True)
        ])  # fmt: skip
        batch.rows = rows


# Fields whose function also takes the place of the column.
_DATED = {"born_on", "appointment_on", "next_visit", "do_not_call"}
_NOTHING = {
    "born_on": ("NULL",),
    **dict.fromkeys(("active", "inactive", "deceased", "do_not_call", "appointment_on", "next_visit"), (None,)),
    **dict.fromkeys(PHONE_KINDS, ((),)),
}  # fmt: skip


def _sentence(problem):
    return f"the row {problem}" if problem.startswith("has ") else problem


def _is_test(person, n):
    return names.is_test(person["last_name"][n], person["first_name"][n])


def _each_once(columns):
    found = {}
    for column in columns:
        for phone in column:
            found.setdefault(phone[0], phone)
    return list(found.values())


def _phone_columns(kept, lines, listed):
    flat = [(lines[n], place, *phone) for n in kept for place, phone in enumerate(listed[n], 1)]
    line, place, e164, kind, extension = zip(*flat, strict=True) if flat else ((), (), (), (), ())
    return {
        "line": ("int", line), "place": ("int", [str(n) for n in place]), "e164": ("text", e164), "kind": ("text", kind),
        "extension": ("text", [text[:8] for text in extension]),
    }  # fmt: skip


def _extended(found, extension):
    """Numbers of a cell with the extension of the cell beside it, where the first one has none."""
    if not found or not extension or found[0][1]:
        return found
    (e164, _, kind), *others = found
    return ((e164, extension, kind), *others)
