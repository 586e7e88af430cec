"""One row of a table, read through a mapping: a Record of clean values, or a Rejection that says where and why."""

import datetime as dt
import re
from dataclasses import dataclass, field, fields, replace

from imports.fields import BY_NAME
from imports.values import codes, dates, names, phones

PHONE_KINDS = {"phone_mobile": "MOBILE", "phone_home": "HOME", "phone_work": "WORK", "phone_other": "OTHER"}
VOTING_ROWS = 5_000
_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")
_NO_ADDRESS = {"same", "on file", "homeless", "refused", "unknown", "none", "n/a", "na", "null", "-"}
_NO_ID = {"", "0", "n/a", "na", "none", "null", "unknown", "-", "new"}
_DIGITS = re.compile(r"\d+")
_TEXT_LIMITS = {"city": 80, "provider": 120, "location": 120, "visit_type": 80, "specialty": 80}


@dataclass(frozen=True)
class Visit:
    """An appointment as the file has it. `on` and `at` are wall time at the location, `at` is None when not recorded.

    `implied` marks one that only a "next visit" column speaks of.
    """

    on: dt.date
    status: str
    external_id: str = ""
    at: dt.time | None = None
    provider: str = ""
    location: str = ""
    visit_type: str = ""
    specialty: str = ""
    cancel_reason: str = ""
    implied: bool = False


@dataclass(frozen=True)
class Seen:
    """A visit that took place."""

    on: dt.date
    provider: str = ""


@dataclass
class Record:
    """What one row says. Empty strings and None mean that the row says nothing, never that a value is to be erased.

    `phones` are (E.164, kind, extension); `warnings` are (column, reason) of cells that were left out.
    """

    line: int
    mrn: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    born_on: dt.date | None = None
    sex: str = ""
    language: str = ""
    email: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    provider: str = ""
    phones: tuple = ()
    deceased: bool | None = None
    inactive: bool | None = None
    is_test: bool = False
    appointments: tuple = ()
    encounters: tuple = ()
    warnings: tuple = ()
    section: str = ""
    source: dict = field(default_factory=dict, repr=False)

    def as_values(self):
        """The record as JSON: what staging keeps of an accepted row."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("line", "source", "warnings")}
        plain["born_on"] = _iso(self.born_on)
        plain["appointments"] = [{**vars(visit), "on": _iso(visit.on), "at": _iso(visit.at)} for visit in self.appointments]
        plain["encounters"] = [{"on": _iso(seen.on), "provider": seen.provider} for seen in self.encounters]
        return plain


@dataclass(frozen=True)
class Rejection:
    """A row that cannot come in: the header of the cell at fault ('' for the row as a whole) and the reason."""

    line: int
    column: str
    reason: str
    source: dict = field(default_factory=dict, repr=False)


class _Bad(Exception):
    def __init__(self, column, reason):
        super().__init__(reason)
        self.column, self.reason = column, reason


class Interpreter:
    """Reads rows of one table. `formats` are the DateFormats by header, as `vote` finds them; `today` is the practice's date."""

    def __init__(self, header, mapping, *, formats, today, zone):
        self.header, self.formats, self.today, self.zone = tuple(header), formats, today, zone
        self.columns = {}
        for n, name in enumerate(self.header):
            if mapping.get(name):
                self.columns.setdefault(mapping[name], []).append(n)
        self.has_visits = "appointment_on" in self.columns
        self.encounters = self._encounter_columns()
        self.keeps_usual_provider = not self.has_visits

    def read(self, row):
        """The Record or Rejection of one Row."""
        source = {} if row.problem else {name: cell for name, cell in zip(self.header, row.cells, strict=True) if cell}
        if row.problem:
            return Rejection(row.line, "", f"the row {row.problem}" if row.problem.startswith("has ") else row.problem)
        warnings = []
        try:
            record = Record(row.line, section=row.section, source=source, **self._identity(row, warnings))
            self._contact(record, row, warnings)
            self._chart(record, row)
            record.appointments = self._appointments(row, warnings)
            record.encounters = self._encounters(row, warnings)
        except _Bad as bad:
            return Rejection(row.line, bad.column, bad.reason, source)
        record.warnings = tuple(warnings)
        return record

    # Cells

    def _cell(self, row, name):
        """(text, header) of the field's first column that holds something."""
        for n in self.columns.get(name, ()):
            if row.cells[n]:
                return row.cells[n], self.header[n]
        positions = self.columns.get(name)
        return "", self.header[positions[0]] if positions else ""

    def _text(self, row, name):
        text = " ".join(self._cell(row, name)[0].split())
        return text[: _TEXT_LIMITS.get(name, 200)].strip()

    def _soft(self, row, name, read, warnings):
        """A value whose fault costs the value alone, with a warning."""
        text, header = self._cell(row, name)
        try:
            return read(text)
        except ValueError as fault:
            warnings.append((header, str(fault)))
            return ""

    def _date(self, text, header, **kwargs):
        return dates.read_date(text, self.formats.get(header, dates.DateFormat()), today=self.today, **kwargs)

    # Parts of a record

    def _identity(self, row, warnings):
        last, first, middle = (self._cell(row, name)[0] for name in ("last_name", "first_name", "middle_name"))
        full, _ = self._cell(row, "full_name")
        if full and not (last and first):
            last, first, middle = names.split_full_name(full)
        identity = {
            "mrn": self._mrn(row),
            "last_name": names.nice_case(last)[:80],
            "first_name": names.nice_case(first)[:80],
            "middle_name": names.nice_case(middle)[:80],
            "born_on": self._birth(row),
        }
        identity["is_test"] = names.is_test(identity["last_name"], identity["first_name"])
        named = identity["last_name"] and identity["first_name"]
        if not identity["mrn"] and not named:
            raise _Bad("", "neither a chart number nor a full name")
        if not named:
            identity["last_name"] = identity["first_name"] = identity["middle_name"] = ""
        return identity

    def _mrn(self, row):
        text, header = self._cell(row, "mrn")
        mrn = codes.code_of(text)
        if len(mrn) > 40:
            raise _Bad(header, "too long for a chart number")
        return "" if mrn.lower() in _NO_ID else mrn

    def _birth(self, row):
        text, header = self._cell(row, "born_on")
        try:
            return self._date(text, header, birth=True)
        except ValueError as fault:
            raise _Bad(header, str(fault)) from None

    def _contact(self, record, row, warnings):
        record.email = self._soft(row, "email", _read_email, warnings)
        record.state = self._soft(row, "state", codes.read_state, warnings)
        record.zip_code = self._soft(row, "zip_code", codes.read_zip, warnings)
        record.city = self._text(row, "city")
        lines = (self._text(row, "address"), self._text(row, "address_2"))
        record.address = ", ".join(line for line in lines if line and line.lower() not in _NO_ADDRESS)[:200]
        record.phones = self._phones(row, warnings)
        if not record.mrn and record.born_on is None and not record.phones:
            raise _Bad("", "no chart number, date of birth or phone to know the person by")

    def _phones(self, row, warnings):
        found = {}
        for name, kind in PHONE_KINDS.items():
            for n in self.columns.get(name, ()):
                try:
                    for e164, extension in phones.read_phones(row.cells[n]):
                        found.setdefault(e164, (e164, kind, extension))
                except ValueError as fault:
                    warnings.append((self.header[n], str(fault)))
        return tuple(found.values())

    def _chart(self, record, row):
        record.sex = codes.read_sex(self._cell(row, "sex")[0])
        record.language = codes.read_language(self._cell(row, "language")[0])
        if self.keeps_usual_provider:
            record.provider = self._text(row, "provider").rstrip(" ,")
        status = codes.read_patient_status(self._cell(row, "patient_status")[0])
        if status:
            record.deceased, record.inactive = status == "DECEASED", status == "INACTIVE"
        if "deceased" in self.columns:
            record.deceased = codes.read_flag(self._cell(row, "deceased")[0]) or bool(record.deceased)
        active, _ = self._cell(row, "active")
        if active:
            record.inactive = not codes.read_flag(active)

    def _appointments(self, row, warnings):
        found = [self._booked(row, warnings)] if self.has_visits else []
        text, header = self._cell(row, "next_visit")
        try:
            day, at = self._moment(text, header)
        except ValueError as fault:
            warnings.append((header, str(fault)))
            day = None
        if day is not None and day >= self.today:
            found.append(Visit(on=day, at=at, status="SCHEDULED", implied=True))
        return tuple(visit for visit in found if visit is not None)

    def _moment(self, text, header):
        return dates.read_datetime(text, self.formats.get(header, dates.DateFormat()), today=self.today, zone=self.zone)

    def _booked(self, row, warnings):
        """The appointment this row is about. Its date must be right; all else may be missing."""
        text, header = self._cell(row, "appointment_on")
        try:
            day, at = self._moment(text, header)
        except ValueError as fault:
            raise _Bad(header, str(fault)) from None
        if day is None:
            if "last_name" not in self.columns and "full_name" not in self.columns:
                raise _Bad(header, "no appointment date")
            return None
        at = self._soft(row, "appointment_time", dates.read_time, warnings) or at
        number = codes.code_of(self._cell(row, "appointment_id")[0])
        return Visit(
            on=day,
            at=at,
            status=codes.settled_status(self._status(row, warnings), day=day, today=self.today),
            external_id="" if number.lower() in _NO_ID or len(number) > 60 else number,
            provider=self._text(row, "provider").rstrip(" ,"),
            location=self._text(row, "location"),
            visit_type=codes.label_of(self._text(row, "visit_type")),
            specialty=self._text(row, "specialty"),
            cancel_reason=self._text(row, "cancel_reason"),
        )

    def _status(self, row, warnings):
        status = self._soft(row, "status", codes.read_status, warnings)
        flags = {name: codes.read_flag(self._cell(row, name)[0]) for name in ("cancelled", "no_show", "checked_in")}
        if flags["no_show"] and status in ("", "SCHEDULED", "CANCELLED"):
            return "NO_SHOW"
        if flags["cancelled"] and status in ("", "SCHEDULED", "KEPT"):
            return "CANCELLED"
        if flags["checked_in"] and status in ("", "SCHEDULED"):
            return "KEPT"
        return status or ("CANCELLED" if self._text(row, "cancel_reason") else "")

    def _encounter_columns(self):
        """Pairs of (date column, provider column or None), joined by the number in their headers."""
        providers = {_numbers(self.header[n]): n for n in self.columns.get("encounter_provider", ())}
        return [(n, providers.get(_numbers(self.header[n]))) for n in self.columns.get("encounter_on", ())]

    def _encounters(self, row, warnings):
        usual = self._text(row, "provider").rstrip(" ,")
        cells = [(on, row.cells[provider] if provider is not None else usual) for on, provider in self.encounters]
        cells += [(n, usual) for n in self.columns.get("last_visit", ())]
        found = {}
        for n, provider in cells:
            try:
                day, _ = self._moment(row.cells[n], self.header[n])
            except ValueError as fault:
                warnings.append((self.header[n], str(fault)))
                continue
            if day is not None and day > self.today:
                warnings.append((self.header[n], "a past visit that lies in the future"))
            elif day is not None:
                found.setdefault(day, Seen(day, " ".join(provider.split()).rstrip(" ,")[:120]))
        return tuple(found.values())


def vote(header, mapping, rows):
    """DateFormat by header for every mapped column that holds dates, from the rows given."""
    wanted = [n for n, name in enumerate(header) if (f := BY_NAME.get(mapping.get(name))) and f.kind.endswith("DATE")]
    values = {n: [] for n in wanted}
    for row in rows:
        for n in wanted:
            if not row.problem and row.cells[n]:
                values[n].append(row.cells[n])
    formats = {header[n]: dates.vote(values[n]) for n in wanted}
    told = {form.order for form in formats.values() if form.decided}
    if len(told) == 1:  # a column that cannot tell day from month follows the columns that can
        order = told.pop()
        formats = {name: replace(form, order=order) if form.ambiguous else form for name, form in formats.items()}
    return formats


def _read_email(text):
    text = text.strip().strip("<>").lower()
    if not text or text in _NO_ADDRESS or text.startswith(("none@", "noemail@", "declined", "refused")):
        return ""
    if not _EMAIL.match(text) or len(text) > 254:
        raise ValueError("not an e-mail address")
    return text


def _iso(value):
    return value.isoformat() if value is not None else None


def _numbers(header):
    return tuple(_DIGITS.findall(header))
