"""The sweep: every address of the product, tried by those who must not get in and with ids that are not theirs.

Addresses come from the URLconf, so a new one is swept from its first day or the test that asks for its case fails.
Each check returns what it found wrong, so that a negative control can show that it is able to find something.
"""

import re
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Max
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import tenancy
from accounts.wall import walled_tables
from audit.models import AccessEvent

PRACTICE_PREFIX = "p/<slug:practice_slug>/"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Page:
    """One pattern of the URLconf."""

    name: str
    route: str
    view: object

    @property
    def of_a_practice(self):
        return self.route.startswith(PRACTICE_PREFIX)

    @property
    def of_the_api(self):
        return self.route.startswith(f"{PRACTICE_PREFIX}api/")


@dataclass(frozen=True)
class Case:
    """How to ask for a page: which objects its path names, what a form posts, and which methods it answers.

    `ids` and `data` map to attribute names of a World, so that the same case can be asked with another's objects.
    `form` holds what is posted besides ids.
    """

    ids: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    methods: tuple = ("get",)

    def url(self, name, world, *, objects=None):
        objects = objects or world
        path_ids = {key: getattr(objects, attribute) for key, attribute in self.ids.items()}
        return reverse(name, kwargs={"practice_slug": world.practice.slug, **path_ids})

    def body(self, world):
        return {**self.form, **{key: getattr(world, attribute) for key, attribute in self.data.items()}}


def pages(urlconf=None):
    """Every pattern below the URLconf."""
    return list(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver, prefix, namespace):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield Page(f"{namespace}{entry.name}", route, entry.callback)


def practice_pages(urlconf=None):
    return [page for page in pages(urlconf) if page.of_a_practice]


def pages_for_people(urlconf=None):
    return [page for page in practice_pages(urlconf) if not page.of_the_api]


def uncovered(cases, urlconf=None):
    """Pages of a practice that nobody wrote a case for, and cases without a page."""
    return sorted({page.name for page in practice_pages(urlconf)} ^ set(cases))


def asked(cases, urlconf=None):
    """(page, case, method) for each page that has a case, and each method it answers by that."""
    for page in practice_pages(urlconf):
        if page.name in cases:
            for method in cases[page.name].methods:
                yield page, cases[page.name], method


def let_in(client, world, cases, urlconf=None):
    """Pages that answer the signed-in stranger with anything but 404, by any method."""
    found = []
    for page in practice_pages(urlconf):
        if page.name not in cases:
            continue
        case = cases[page.name]
        for method in METHODS:
            status = getattr(client, method)(case.url(page.name, world), case.body(world)).status_code
            if status != 404:
                found.append(f"{method} {page.name}: {status}")
    return found


def answering_foreign_ids(client, own, other, cases, urlconf=None):
    """Pages that, asked within the own practice for the other's objects, do not answer 404 as for ids of nothing."""
    found = []
    for page, case, method in asked(cases, urlconf):
        if not case.ids:
            continue
        foreign = getattr(client, method)(case.url(page.name, own, objects=other), case.body(own))
        nothing = getattr(client, method)(case.url(page.name, own, objects=Nothing()), case.body(own))
        if (foreign.status_code, nothing.status_code) != (404, 404) or _words(foreign) != _words(nothing):
            found.append(f"{method} {page.name}: {foreign.status_code}, for an id of nothing {nothing.status_code}")
    return found


def showing(client, own, other, cases, urlconf=None):
    """Pages of the own practice that show a mark of the other's, also when the other's ids are posted to them."""
    found = []
    for page, case, method in asked(cases, urlconf):
        for body in (case.body(own), case.body(other)):
            response = getattr(client, method)(case.url(page.name, own), body)
            text = content(response)
            found += [f"{method} {page.name}: shows {mark}" for mark in other.marks if mark in text]
    return found


def unrecorded(client, own, cases, urlconf=None):
    """Pages that show a patient, or rows of a file, without an access event that names them."""
    found = []
    for page, case, method in asked(cases, urlconf):
        before = _newest_event(own)
        text = content(getattr(client, method)(case.url(page.name, own), case.body(own)))
        named = _named_since(own, before)
        found += [f"{method} {page.name}: {mark}" for mark, who in own.shown.items() if mark in text and who not in named]
    return found


def changing(client, own, cases, urlconf=None):
    """Pages whose GET changes a row of the practice; the record of the access itself is meant to be written."""
    found = []
    for page, case, method in asked(cases, urlconf):
        if method == "get":
            before = fingerprint(own.practice)
            client.get(case.url(page.name, own))
            if fingerprint(own.practice) != before:
                found.append(page.name)
    return found


def fingerprint(practice):
    """A hash of every row of a practice, but for the records of access and of the use of a token."""
    parts = []
    with tenancy.practice(practice.pk), connection.cursor() as cursor:
        for table in sorted(set(walled_tables()) - {AccessEvent._meta.db_table}):
            row = "(to_jsonb(t) - 'last_used_at' - 'rested_at')::text"
            cursor.execute(f"SELECT md5(coalesce(string_agg({row}, chr(10) ORDER BY {row}), '')) FROM \"{table}\" t")  # noqa: S608
            parts.append(cursor.fetchone()[0])
    return parts


def _words(response):
    """The answer without the tokens that are new in every answer."""
    return re.sub(r'(nonce|value|hx-headers)=("[^"]*"|\'[^\']*\')', "", content(response))


def content(response):
    """The whole answer in lower case, also of a file that is sent in pieces: names may be set in nicer letters."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace").lower()


class Nothing:
    """Ids that no object has."""

    def __getattr__(self, attribute):
        return 2_000_000_000


def _newest_event(world):
    with tenancy.practice(world.practice.pk):
        return AccessEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _named_since(world, before):
    """Patient ids and subjects of the events after one."""
    with tenancy.practice(world.practice.pk):
        events = list(AccessEvent.objects.filter(pk__gt=before))
    return {name for event in events for name in (*event.patient_ids, event.subject)}
