"""The rows of a file between reading and saving, as typed columns: filled by `staging`, looked at by `plan`, written by `apply`.

Ordinary tables behind the wall, because the runtime role may make none of its own. They carry no foreign keys: 200,000 rows
come and go with each import, and nothing else refers to them.
"""

from django.db import models

from accounts.models import Practice
from accounts.tenancy import PracticeModel, current_practice_id


class Working(PracticeModel):
    """Base of the working tables: one row for each line of one import."""

    practice = models.ForeignKey(
        Practice, models.DO_NOTHING, default=current_practice_id, db_constraint=False, db_index=False, related_name="+"
    )
    import_id = models.BigIntegerField(help_text="The FileImport")
    line = models.PositiveIntegerField(help_text="Line in the file, from 1")

    class Meta:
        abstract = True

    def __str__(self):
        return f"line {self.line} of import {self.import_id}"


class IncomingRow(Working):
    """What a line says about a person, read and cleaned. Empty strings and nulls mean that it does not say."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line")
    person = models.TextField(db_collation="C", help_text="Lines with the same one are about one person")
    mrn = models.CharField(max_length=40, db_collation="C")
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=170, db_collation="C", help_text="Empty when the line names nobody")
    born_on = models.DateField(null=True)
    sex = models.CharField(max_length=1)
    language = models.CharField(max_length=3)
    email = models.CharField(max_length=254)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=10)
    zone_key = models.CharField(max_length=200, db_collation="C")
    provider = models.CharField(max_length=120)
    deceased = models.BooleanField(null=True)
    inactive = models.BooleanField(null=True)
    do_not_call = models.BooleanField(null=True)
    note = models.TextField(help_text="What the agent should know, such as the section of the report")


class IncomingPhone(Working):
    """A number that a line lists; `place` is its order in the line, from 1."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line", "place")
    place = models.PositiveSmallIntegerField()
    e164 = models.CharField(max_length=16, db_collation="C")
    kind = models.CharField(max_length=6)
    extension = models.CharField(max_length=8)


class IncomingEncounter(Working):
    """A past visit that a line lists."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line", "place")
    place = models.PositiveSmallIntegerField()
    on = models.DateField()
    provider = models.CharField(max_length=120)


class IncomingVisit(Working):
    """An appointment that a line speaks of."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line", "place")
    place = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=60, db_collation="C")
    on = models.DateField()
    at = models.TimeField(null=True)
    status = models.CharField(max_length=11)
    provider = models.CharField(max_length=120)
    location = models.CharField(max_length=120)
    visit_type = models.CharField(max_length=80)
    specialty = models.CharField(max_length=80)
    cancel_reason = models.CharField(max_length=200)
    implied = models.BooleanField(help_text="Only a “next visit” column speaks of it")
    patient_id = models.BigIntegerField(null=True)
    appointment_id = models.BigIntegerField(null=True, help_text="The appointment we know it as")
    is_first = models.BooleanField(default=False, help_text="No line further up says the same")
    wins = models.BooleanField(default=False, help_text="Of several lines about one appointment the last is the news")
    is_news = models.BooleanField(default=False, help_text="It adds or changes an appointment")


class IncomingMatch(Working):
    """A line without a known chart number that is about a patient we know, or may be: `is_sure` tells which."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line")
    patient_id = models.BigIntegerField()
    is_sure = models.BooleanField()
    score = models.PositiveSmallIntegerField(help_text="0 to 100, see patients.likeness")
    evidence = models.JSONField(default=list)


class IncomingPerson(Working):
    """Who a line is about and what it would do: the plan of an import, line by line."""

    pk = models.CompositePrimaryKey("practice_id", "import_id", "line")
    patient_id = models.BigIntegerField(null=True, help_text="Null where nobody is made of the line")
    leads = models.BooleanField(help_text="First line of its person: the patient's fields come from it")
    is_new = models.BooleanField(help_text="The patient is made from this line")
    fault = models.CharField(max_length=12, help_text="OTHER_PERSON, WAITS or empty")
    changed = models.BooleanField(default=False, help_text="Something we know changes by it")
    changes_patient = models.BooleanField(default=False, help_text="Fields of the patient itself are among it")
    brings = models.BooleanField(default=False, help_text="Says something that no line further up says")
