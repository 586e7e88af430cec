"""docs/api.md: each example is sent to a running server as it stands, and answered in the documented form."""

import json
import re
import shlex
import urllib.error
import urllib.request
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connections

from accounts import tenancy
from accounts.models import ApiToken
from api.schema import REFUSALS
from campaigns.models import Callback
from patients.models import PhoneNumber
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

PAGE = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.+?)```\n\n```json (\d+)\n(.+?)```", PAGE, re.DOTALL)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="patients.csv"\r\n\r\n'
FILE = b"MRN,Last Name,First Name,DOB\n1,Keller,Ida,01/02/1950\n2,Keller,Ben,01/02/1951\n"


def test_no_example_is_left_out():
    assert len(EXAMPLES) == PAGE.count("curl ") == PAGE.count("```sh")


def test_every_refusal_and_scope_is_told():
    rows = re.findall(r"^\| (\d{3}) \| (.+?) \|", PAGE, re.MULTILINE)
    assert {status: tuple(re.findall("`(.+?)`", codes)) for status, codes in rows} == {
        status: codes for status, (_words, codes) in REFUSALS.items()
    }
    assert set(re.findall(r"`([a-z]+:[a-z]+)`", PAGE)) == set(ApiToken.Scope.values)


def send(words, live_server, practice, token):
    """What a curl command line asks of the server: (status, the answer)."""
    words = words.replace("$API", f"{live_server.url}/p/{practice.slug}/api").replace("$TOKEN", token)
    program, *parts = shlex.split(words.replace("\\\n", " "))
    assert program == "curl"
    headers, method, body = {}, "GET", None
    while len(parts) > 1:
        option, value, *parts = parts
        if option == "-H":
            name, _colon, text = value.partition(": ")
            headers[name] = text
        elif option == "-X":
            method = value
        elif option == "-d":
            body, method = value.encode(), "POST" if method == "GET" else method
        else:
            assert (option, value) == ("-F", "file=@patients.csv")
            method, headers["Content-Type"] = "POST", "multipart/form-data; boundary=b"
            body = (
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="patients.csv"\r\n\r\n' + FILE + b"\r\n--b--\r\n"
            )
    request = urllib.request.Request(parts[0], data=body, headers=headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


KINDS = {"address": r"https?://.+", "moment": r"\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:\d\d|Z)", "date": r"\d{4}-\d\d-\d\d"}
# What each run makes anew.
MADE = {
    "id", "cursor", "created_at", "uploaded_at", "opted_out_at", "state_changed_at", "settled_at", "as_of", "agents", "owner",
    "agent", "dialed", "next", "url", "page", "why",
}  # fmt: skip


def shape(value):
    """What a value looks like, without what it says: names of fields and kinds of values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return next((kind for kind, fits in KINDS.items() if re.fullmatch(fits, str(value))), type(value).__name__)


def said(value):
    """What an answer says, but for what each run makes anew."""
    if isinstance(value, dict):
        return {name: said(inner) for name, inner in value.items() if name not in MADE}
    return [said(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def documented(practice, agent, now, demo_now):
    """The practice that the page tells of, with its ids."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setval('campaigns_callback_id_seq', 639)")
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=date(2026, 11, 17), name="Spring recall", pk=31)
        campaign.agents.create(agent=agent)
        ida = make_patient("Ida", "Keller", mrn="A100", born_on=date(1951, 4, 7), sex="F", phones=0, pk=1042)
        PhoneNumber.objects.create(pk=2042, patient=ida, e164="+12125550101", kind="MOBILE", position=1)
        ben = make_patient("Ben", "Novak", phones=0, pk=1043)
        PhoneNumber.objects.create(patient=ben, e164="+12125550102")
        work = {"assigned_agent": agent, "assigned_on": date(2026, 11, 16)}
        called = enroll(campaign, ben, now - timedelta(days=2), pk=5120, **work)
        enroll(campaign, ida, now - timedelta(days=2), pk=5121, **work)
        promise = say("CBACK", callback_at=now + timedelta(hours=2), phone_id=ben.phones.get().pk)
        call(called, agent, now - timedelta(hours=2), promise)
        assert Callback.objects.get().pk == 640


def test_the_examples_run_as_documented(documented, live_server, practice, make_token):
    token = make_token()
    # The wish closes the work that other examples show, so it comes last.
    for words, status, told in sorted(EXAMPLES, key=lambda each: "opt-outs" in each[0]):
        found = send(words, live_server, practice, token)
        expected = json.loads(told)
        assert (words, found[0]) == (words, int(status))
        assert shape(found[1]) == shape(expected)
        assert said(found[1]) == said(expected)
