"""Columns weighed against each other: two that want one field, what kind of date and status a file has, swapped names."""

from collections import defaultdict

from imports import fields, headers
from imports.claims import Claim
from imports.fields import BY_NAME
from imports.grammar import VAGUE
from imports.looks import ahead

# Names of columns that may hold the days of visits as well as those of appointments.
_OPEN_NAMES = {
    "visitdate",
    "date",
    "datetime",
    "startdate",
    "start",
    "scheduledate",
    "visitdatetime",
    "starttime",
    "startdatetime",
    "visit",
    "dateofvisit",
}
_WEAK_NUMBERS = {"id", "v", "vno", "recordnumber", "recordid", "externalid", "number", "no", "account", "uid"}
_OUTCOMES = {"status", "cancelled", "no_show", "rescheduled", "checked_in", "cancel_reason"}
_OPENEMR = {"last visit", "first", "last", "middle", "id", "street"}


def settle(header, claims, looks, *, today, is_last=True):
    """Settle all rivalries; changes `claims` in place. Before the `is_last` time dates of appointments may still be found."""
    _chart_flags(claims, looks)
    _chart_status(claims, looks, is_last=is_last)
    _moments(claims, looks)
    if is_last:
        _vague(claims, looks, today)
    _visits(header, claims, looks, today)
    _pivots(header, claims, looks)
    _rivals(header, claims, looks)
    _numbers(header, claims, looks)
    _names(claims, looks)
    _swapped(header, claims, looks)


def _places(claims, *names):
    return [n for n, claim in enumerate(claims) if claim.field in names]


def _drop(claims, n, reason):
    claims[n] = Claim(reason=reason)


def _move(claims, n, name, reason):
    claims[n] = claims[n]._replace(field=name, reason=reason)


def _chart_flags(claims, looks):
    """“Active” with words in it instead of yes and no is the status of the chart."""
    for n in _places(claims, "active"):
        if looks[n].values and looks[n].share("YES_NO") < 0.5 and looks[n].share("CHART_STATUS") >= 0.8:
            _move(claims, n, "patient_status", "The values say active, inactive or deceased.")


def _chart_status(claims, looks, *, is_last):
    """“Status” in a file without appointments is the status of the chart; so is one that only says active and inactive."""
    booked = bool(_places(claims, "appointment_on", "appointment_time", "encounter_on"))
    for n in _places(claims, "status"):
        look = looks[n]
        charts = bool(look.values) and look.share("CHART_STATUS") >= 0.95
        words = {value.lower() for value in look.counts}
        said = {"a", "i"} <= words or any(word.startswith(("act", "inact", "deceas")) for word in words)
        if charts and not _places(claims, "patient_status") and (not booked or said):
            _move(claims, n, "patient_status", "The values say active, inactive or deceased.")
        elif is_last and not booked and claims[n].score != 50:
            _drop(claims, n, "A status without appointment dates is not used.")


def _moments(claims, looks):
    """A column of times that holds whole dates is the date, where no other column is."""
    for n in _places(claims, "appointment_time"):
        booked = _places(claims, "appointment_on")
        if looks[n].share("DATE") >= 0.8 and not any(looks[m].values and claims[m].score > VAGUE for m in booked):
            for m in booked:
                _drop(
                    claims, m, "Another column says appointment date more plainly." if looks[m].values else "The column is empty."
                )
            _move(claims, n, "appointment_on", "The name says a time and the values have the date too.")
            return


def _vague(claims, looks, today):
    """“Booked on” may be the day on which somebody booked: with nothing else about appointments it is not believed."""
    others = {claim.field for claim in claims if claim.field and BY_NAME[claim.field].group == "Appointment"}
    if others - {"appointment_on", "provider", "location"}:
        return
    for n in _places(claims, "appointment_on"):
        if claims[n].score == VAGUE and not ahead([day for day in looks[n].days(today=today) if day], today=today):
            _drop(claims, n, "It may be the day on which an appointment was made.")


def _visits(header, claims, looks, today):
    """Whether dates are of visits that took place or of appointments, where the name leaves it open."""
    outcomes = bool([n for n in _places(claims, *_OUTCOMES) if looks[n].values])
    booked = _places(claims, "appointment_on")
    if booked and not outcomes:
        for n in booked:
            days = [day for day in looks[n].days(today=today) if day]
            if _bare(header[n]) in _OPEN_NAMES and days and max(days) <= today:
                _move(
                    claims,
                    n,
                    "encounter_on",
                    "The dates are all past and no column says what became of them: visits that took place.",
                )
        return
    alone = [n for n in _places(claims, "encounter_on") if not _in_a_row_of_visits(header, claims, n)]
    if booked or len(alone) != 1 or len(_places(claims, "encounter_on")) != 1:
        _pivoted_statuses(header, claims, looks)
        return
    days = [day for day in looks[alone[0]].days(today=today) if day]
    status = [n for n in _places(claims, "status") if looks[n].values]
    if status or sum(day > today for day in days) > 1:
        why = "beside the status of appointments." if status else "some lie ahead: appointments."
        _move(claims, alone[0], "appointment_on", f"The name says a visit, {why}")


def _in_a_row_of_visits(header, claims, n):
    return any(claim.field == "encounter_provider" for claim in claims) and bool(fields.group_of(header[n]))


def _pivoted_statuses(header, claims, looks):
    """Visits side by side, each with a status of its own, are appointments."""
    statuses = {fields.group_of(header[n]) for n in _places(claims, "status") if looks[n].share("STATUS") >= 0.8} - {""}
    dates = [n for n in _places(claims, "encounter_on") if fields.group_of(header[n]) in statuses]
    if len(dates) < 2:
        return
    for n in dates:
        _move(claims, n, "appointment_on", "The name says a visit, with a status of its own.")
    for n in _places(claims, "encounter_provider"):
        if fields.group_of(header[n]) in statuses:
            _move(claims, n, "provider", claims[n].reason)


def _pivots(header, claims, looks):
    """Drop the parts of appointments set side by side that have no date, and columns that say the same twice."""
    dates = _places(claims, "appointment_on")
    for n in dates[1:]:
        if looks[n].values and any(looks[n].cells == looks[m].cells for m in dates if m < n and claims[m].field):
            _drop(claims, n, "The same values as in another column.")


def _groups(header, claims):
    """The numbers of appointments set side by side; none when a row has one appointment."""
    dates = _places(claims, "appointment_on")
    alike = {headers.spelled(header[n])[0] for n in dates}
    groups = {fields.group_of(header[n]) for n in dates}
    return groups if len(alike) == 1 and len(groups) > 1 else set()


def _rivals(header, claims, looks):
    """Of several columns for one single-valued field the one whose name says it best keeps it; empty ones give way."""
    groups = _groups(header, claims)
    wanting = defaultdict(list)
    for n, claim in enumerate(claims):
        if claim.field and not BY_NAME[claim.field].many:
            group = fields.group_of(header[n]) if BY_NAME[claim.field].repeats else ""
            wanting[claim.field, group if group in groups else ""].append(n)
    for (name, _), columns in wanting.items():
        most = max(looks[n].filled for n in columns)
        best = max(columns, key=lambda n: (looks[n].filled * 4 >= most, claims[n].score, -n))
        for n in columns:
            if n != best:
                _drop(claims, n, f"Another column says {BY_NAME[name].in_a_sentence} more plainly.")


def _numbers(header, claims, looks):
    """A bare “ID” that is new in each row while the patients come again is the number of the appointment."""
    booked = _places(claims, "appointment_on")
    taken = _places(claims, "appointment_id")
    if not booked or taken:
        return
    people = _people(claims, looks)
    for n in _places(claims, "mrn"):
        new_each_row = looks[n].distinct == 1 and looks[n].filled == 1 and len(looks[n].values) >= 5
        come_again = people and len(set(people)) < 0.95 * len(people)
        # “Patient ID” says whose number it is, also where two patients share a name.
        if headers.key(header[n]) in _WEAK_NUMBERS and new_each_row and come_again:
            _move(
                claims, n, "appointment_id", "The values are new in each row while the patients come again: appointment numbers."
            )


def _people(claims, looks):
    places = _places(claims, "full_name") or _places(claims, "last_name", "first_name")
    return list(zip(*(looks[n].cells for n in places), strict=True)) if places else []


def _names(claims, looks):
    """The name in columns of its own counts more than the whole name in one, unless those are empty."""
    last, first, full = (_places(claims, name) for name in ("last_name", "first_name", "full_name"))
    if not (last and first and full):
        return
    if looks[last[0]].values and looks[first[0]].values:
        _drop(claims, full[0], "The name is in columns of its own.")


def _swapped(header, claims, looks):
    """Some reports write last names under “First” and first names under “Last”: seen by how common each is as a given name."""
    last, first = _places(claims, "last_name"), _places(claims, "first_name")
    if not (last and first) or claims[first[0]].score == 50 or claims[last[0]].score == 50:
        return
    under_first, under_last = looks[first[0]], looks[last[0]]
    if min(len(under_first.counts), len(under_last.counts)) < 3:
        return
    known = {headers.spelled(name)[0] for name in header} >= _OPENEMR
    clearly = under_last.given > 0.4 and under_first.given < 0.15 and under_first.surnames >= under_last.surnames
    if clearly or (known and under_last.given > under_first.given and under_first.surnames >= under_last.surnames):
        share = f"{under_last.given:.0%} of the names under “{header[last[0]]}” are common given names"
        share += f", {under_first.given:.0%} of those under “{header[first[0]]}”: the two are swapped."
        _move(claims, first[0], "last_name", share)
        _move(claims, last[0], "first_name", share)


def _bare(name):
    return headers.key(name).removeprefix("patient").removeprefix("pt")
