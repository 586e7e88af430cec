"""Catalog tests: the wall as PostgreSQL sees it, generated from the models, against a short list of exceptions."""

import pytest
from django.db import DataError, IntegrityError, InternalError, ProgrammingError, connection, connections, transaction

from accounts import tenancy
from accounts.wall import CONDITION, GLOBAL_TABLES, append_only_tables, links, removable_tables, walled_tables
from audit.models import AccessEvent
from patients.models import Patient, PhoneNumber

pytestmark = pytest.mark.django_db

# Tables without a practice: people and practices (read before one is known), and what Django and its apps need.
NOT_OF_A_PRACTICE = {
    "account_emailaddress", "account_emailconfirmation", "accounts_practice", "accounts_user",
    "accounts_user_groups", "accounts_user_user_permissions", "auth_group", "auth_group_permissions",
    "auth_permission", "cache_entry", "django_content_type", "django_migrations", "django_session",
    "mfa_authenticator",
    # Whether beat and worker are alive: two rows, of no practice, written by processes that serve all of them.
    "accounts_heartbeat",
    # Unused: our history keeps its context in the event rows (accounts/history.py).
    "pghistory_context",
    # Former versions of practices.
    "accounts_practiceevent",
}  # fmt: skip


def column(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def test_every_table_is_walled_or_named_as_an_exception():
    tables = set(column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    assert tables == set(walled_tables()) | GLOBAL_TABLES | NOT_OF_A_PRACTICE


def test_every_table_with_a_practice_column_has_forced_row_level_security():
    with_practice = set(
        column("SELECT table_name FROM information_schema.columns WHERE column_name = 'practice_id' AND table_schema = 'public'")
    )
    forced = set(column("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"))
    assert with_practice - GLOBAL_TABLES == forced


def test_every_policy_says_the_same_for_reading_and_writing():
    policies = column("SELECT DISTINCT concat(polname, '|', polcmd, '|', pg_get_expr(polqual, polrelid)) FROM pg_policy")
    checks = column("SELECT count(*) FROM pg_policy WHERE pg_get_expr(polqual, polrelid) <> pg_get_expr(polwithcheck, polrelid)")
    assert policies == [
        "practice_wall|*|(practice_id = ( SELECT (current_setting('app.practice'::text))::bigint AS current_setting))"
    ]
    assert checks == [0]
    assert CONDITION == "practice_id = (SELECT current_setting('app.practice')::bigint)"


def test_foreign_keys_between_tables_of_a_practice_carry_the_practice():
    keys = column(
        """
        SELECT format('%%s.%%s', conrelid::regclass, conname) FROM pg_constraint
        WHERE contype = 'f' AND confrelid::regclass::text = ANY(%s) AND NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1] AND attname = 'practice_id')
        """,
        [*walled_tables(), *GLOBAL_TABLES],
    )
    composite = column("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) = 2")
    assert keys == []
    assert composite == [len(links())]


def test_every_row_is_tied_to_a_practice_by_its_own_key_or_by_that_of_what_it_belongs_to():
    tied = column(
        """
        SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c
        WHERE c.contype = 'f' AND EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1] AND a.attname = 'practice_id')
          AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND NOT a.attnotnull)
        """
    )
    loose = {table for table in set(walled_tables()) - set(tied) if not table.endswith("event")}
    # Rows of a file on their way in, which come and go by the hundred thousand.
    assert loose == {
        "imports_incomingencounter", "imports_incomingmatch", "imports_incomingperson", "imports_incomingphone",
        "imports_incomingrow", "imports_incomingvisit",
    }  # fmt: skip


def test_unique_keys_start_with_the_practice():
    offenders = column(
        """
        SELECT c.relname FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND NOT i.indisprimary AND t.relname = ANY(%s) AND a.attname <> 'practice_id'
        """,
        walled_tables(),
    )
    assert offenders == []


def test_the_runtime_role_is_bound():
    role = column("SELECT concat_ws(',', rolsuper, rolbypassrls, rolcreaterole) FROM pg_roles WHERE rolname = current_user")
    owned = column("SELECT tablename FROM pg_tables WHERE tableowner = current_user")
    may_create = column("SELECT has_schema_privilege('public', 'CREATE')")
    beyond = column(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = current_user AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
    )
    assert (role, owned, may_create, beyond) == (["f,f,f"], [], [False], [])


def test_append_only_tables_take_inserts_only():
    grants = column(
        "SELECT DISTINCT table_name || ':' || privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = current_user AND table_name = ANY(%s) AND privilege_type NOT IN ('SELECT', 'INSERT')",
        append_only_tables(),
    )
    # Calls: one that is taken back goes, and a trigger keeps what it said.
    assert grants == [f"{table}:DELETE" for table in removable_tables()] == ["campaigns_callattempt:DELETE"]
    assert {"audit_accessevent", "campaigns_callattempt", "patients_patientevent"} <= set(append_only_tables())


def test_no_view_materialized_view_or_definer_function_looks_past_the_wall():
    views = column("SELECT viewname FROM pg_views WHERE schemaname = 'public'")
    materialized = column("SELECT matviewname FROM pg_matviews")
    definers = column("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert (views, materialized, definers) == ([], [], [])


@pytest.mark.parametrize("setting", ["", "abc", "1 OR true"])
def test_without_a_practice_reading_fails(practice, setting):
    with tenancy.practice(practice.pk):
        Patient.objects.create(first_name="Ida", last_name="Known")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice', %s, true)", [setting])
    with pytest.raises((DataError, ProgrammingError)), transaction.atomic():
        Patient.objects.count()


def test_rows_of_another_practice_cannot_be_seen_changed_or_written(practice, other_practice):
    with tenancy.practice(other_practice.pk):
        theirs = Patient.objects.create(first_name="Olaf", last_name="Other", mrn="7")
    # Within one transaction of the test the setting stays: name our practice as a new request would.
    with tenancy.practice(practice.pk):
        ours = Patient.objects.create(first_name="Ida", last_name="Own", mrn="7")
        assert list(Patient.objects.all()) == [ours]
        assert Patient.objects.filter(pk=theirs.pk).update(first_name="X") == 0
        assert Patient.objects.filter(pk=theirs.pk).delete() == (0, {})
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.create(practice=other_practice, first_name="Eve", last_name="Intruder")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.filter(pk=ours.pk).update(practice=other_practice)


def test_a_link_to_another_practices_row_fails_like_one_to_nothing(practice, other_practice):
    with tenancy.practice(other_practice.pk):
        theirs = Patient.objects.create(first_name="Olaf", last_name="Other")
    messages = set()
    with tenancy.practice(practice.pk):
        for patient_id in (theirs.pk, theirs.pk + 10_000):
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                PhoneNumber.objects.create(patient_id=patient_id, e164="+14155550100")
            messages.add(str(caught.value).split("\n")[0])
    assert len(messages) == 1


def test_what_was_written_to_the_audit_stays(practice):
    with tenancy.practice(practice.pk):
        event = AccessEvent.objects.create(
            practice_id=practice.pk, user_id=1, page="x", method="GET", patient_ids=[1], seen_at="2026-01-01T00:00Z"
        )
        for change in (lambda: AccessEvent.objects.update(page="y"), event.delete):
            with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
                change()


def test_entering_another_practice_midway_is_refused(practice, other_practice):
    with tenancy.practice(practice.pk), pytest.raises(tenancy.OtherPractice), tenancy.practice(other_practice.pk):
        pass


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_is_no_superuser_either():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
