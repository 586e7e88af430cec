"""Appointments and past visits of a block of rows, read column by column."""

import re
from functools import partial

from imports.cells import NO_ID
from imports.column import Column
from imports.values import codes, dates

_LIMITS = {"provider": 120, "location": 120, "visit_type": 80, "specialty": 80, "cancel_reason": 200}
_FLAGS = ("cancelled", "no_show", "rescheduled", "checked_in")
_DIGITS = re.compile(r"\d+")
ENCOUNTER = ("line", "place", "on", "provider")
VISIT = (
    "line", "place", "external_id", "on", "at", "status", "provider", "location", "visit_type", "specialty", "cancel_reason",
    "implied",
)  # fmt: skip
_TYPES = {"line": "int", "place": "int", "on": "date", "at": "time", "implied": "bool"}


def readers(reader):
    """The functions that read the cells of each field of visits."""
    moment = partial(_moment, reader)
    return {
        "appointment_on": moment,
        "next_visit": moment,
        "appointment_time": _read_time,
        "appointment_id": _read_number,
        "status": codes.read_status,
        **dict.fromkeys(_FLAGS, codes.read_flag),
        "checked_in": _read_arrival,
        **{name: partial(_clean, name) for name in _LIMITS},
    }


def encounter_columns(reader):
    """(column of dates, place of the provider's column or None) of each group, joined by the number in their headers."""
    providers = {_numbers(reader.header[n]): n for n in reader.places.get("encounter_provider", ())}
    places = [(n, providers.get(_numbers(reader.header[n]))) for n in reader.places.get("encounter_on", ())]
    places += [(n, None) for n in reader.places.get("last_visit", ())]
    columns = [(Column(n, reader.header[n], partial(_past, reader, n), ()), provider) for n, provider in places]
    prose = [Column(n, reader.header[n], partial(_told, reader, n), ()) for n in reader.places.get("encounter_text", ())]
    return columns + [(column, None) for column in prose]


def appointment_groups(reader, groups):
    """[{field name: Column}] of each appointment of a row; `groups` are the places (see `mapping.appointment_columns`)."""
    columns = {column.place: column for name in readers(reader) for column in reader.columns.get(name, ())}
    return [{name: columns[place] for name, place in group.items()} for group in groups]


class Visits:
    """The visits of one block: reads what `reader` (an Interpreter) maps to visits.

    An appointment's date must be right (`faults`); all else may be missing (`warnings`).
    """

    def __init__(self, reader, cells, warnings, faults):
        self.reader, self.cells = reader, cells
        self.rows = len(cells[0]) if cells else 0
        self.usual = self._text("provider")
        self.seen = [self._seen(column, provider, warnings) for column, provider in reader.encounters]
        self.booked = [self._booked(columns, warnings, faults) for columns in reader.groups]
        self.implied = self._implied(warnings) if "next_visit" in reader.places else None

    def columns(self, kept, lines):
        """(encounters, visits) of the kept rows as column → (type, values)."""
        encounters, visits = [], []
        for n in kept:
            if self.seen:
                found = {on: provider for group in self.seen for on, provider in group[n]}
                encounters += [(lines[n], str(place), on, by) for place, (on, by) in enumerate(found.items(), 1)]
            place = 1
            for group in self.booked:
                if group[n]:
                    visits.append((lines[n], str(place), *group[n], "false"))
                    place += 1
            if self.implied is not None and self.implied[n]:
                on, at = self.implied[n]
                visits.append((lines[n], str(place), "", on, at, "SCHEDULED", "", "", "", "", "", "true"))
        return _as_columns(ENCOUNTER, encounters), _as_columns(VISIT, visits)

    # Parts

    def _text(self, name):
        return self.reader.one(name, self.cells, self.rows)

    def _soft(self, name, warnings):
        return self.reader.one(name, self.cells, self.rows, warnings)

    def _seen(self, column, provider, warnings):
        days = column.values(self.cells[column.place])
        warnings += [(n, column.header, reason) for n, reason in column.faults(self.cells[column.place])]
        by = self.usual if provider is None else [_clean("provider", text) for text in self.cells[provider]]
        return [[(day, who) for day in found] for found, who in zip(days, by, strict=True)]

    def _implied(self, warnings):
        today = self.reader.today.isoformat()
        moments = self._soft("next_visit", warnings)
        return [moment if moment and moment[0] >= today else None for moment in moments]

    def _booked(self, columns, warnings, faults):
        """(external id, on, at, status, provider, location, visit type, specialty, cancel reason) of each row, or None."""

        def read(name, warnings=None, faults=None):
            if name not in columns:
                return [""] * self.rows
            return self.reader.one(name, self.cells, self.rows, warnings, faults, column=columns[name])

        moments = read("appointment_on", faults=faults)
        if len(self.reader.groups) == 1 and not {"last_name", "full_name"} & self.reader.places.keys():
            for n, moment in enumerate(moments):
                if moment is None:
                    faults.setdefault(n, (columns["appointment_on"].header, "no appointment date"))
        times, reasons = read("appointment_time", warnings), read("cancel_reason")
        statuses = self._statuses(moments, read("status", warnings), [read(name) for name in _FLAGS], reasons)
        others = [read(name) for name in ("provider", "location", "visit_type", "specialty")]
        return [
            (number, moment[0], at or moment[1], status, *about, reason) if moment else None
            for number, moment, at, status, reason, *about in zip(
                read("appointment_id"), moments, times, statuses, reasons, *others, strict=True
            )
        ]

    def _statuses(self, moments, said, flags, reasons):
        today = self.reader.today.isoformat()
        return [
            _settled(_by_flags(status, *flagged, reason), moment[0] if moment else today, today)
            for status, flagged, reason, moment in zip(said, zip(*flags, strict=True), reasons, moments, strict=True)
        ]


def _by_flags(status, cancelled, missed, moved, came, reason):
    """The status in the light of the separate columns that EMRs keep beside it."""
    if moved and status in ("", "SCHEDULED", "CANCELLED"):
        return "RESCHEDULED"
    if missed and status in ("", "SCHEDULED", "CANCELLED"):
        return "NO_SHOW"
    if cancelled and status in ("", "SCHEDULED", "KEPT"):
        return "CANCELLED"
    if came and status in ("", "SCHEDULED"):
        return "KEPT"
    return status or ("CANCELLED" if reason else "NOT_SEEN" if came is False else "")


def _settled(status, day, today):
    """The status in the light of the date: what lies ahead was not kept yet, and who did not show up missed what is past."""
    if status == "NOT_SEEN" and day < today:
        return "NO_SHOW"
    return "SCHEDULED" if status in ("", "NOT_SEEN") or (status == "KEPT" and day > today) else status


def _moment(reader, place, text):
    """(date, time) of a cell in the form PostgreSQL reads, or None when it says there is none."""
    day, at = dates.read_datetime(text, reader.format_of(place), today=reader.today, zone=reader.zone)
    return (day.isoformat(), at.isoformat() if at else "NULL") if day else None


def _past(reader, place, text):
    """The days of past visits in a cell. Raises ValueError."""
    moment = _moment(reader, place, text)
    if moment and moment[0] > reader.today.isoformat():
        raise ValueError("a past visit that lies in the future")
    return (moment[0],) if moment else ()


def _told(reader, place, text):
    """The days that a cell of prose tells of."""
    return tuple(
        day.isoformat() for day in dates.dates_in(text, reader.format_of(place), today=reader.today) if day <= reader.today
    )


def _read_time(text):
    at = dates.read_time(text)
    return at.isoformat() if at else ""


def _read_arrival(text):
    """Whether the patient came; None where the cell does not say."""
    if text.strip().lower() in ("n", "no", "f", "false", "0"):
        return False
    return codes.read_flag(text) or None


def _read_number(text):
    number = codes.code_of(text)
    return "" if number.lower() in NO_ID or len(number) > 60 else number


def _clean(name, text):
    text = " ".join(text.split())[:200]
    if name == "visit_type":
        text = codes.label_of(text)
    return text[: _LIMITS[name]].strip().rstrip(" ,")


def _numbers(header):
    return tuple(_DIGITS.findall(header))


def _as_columns(names, rows):
    lists = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: (_TYPES.get(name, "text"), values) for name, values in zip(names, lists, strict=True)}
