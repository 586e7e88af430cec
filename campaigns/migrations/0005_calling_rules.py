import accounts.tenancy
import audit.access
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_daily_call_cap'),
        ('campaigns', '0004_move_calls_with_a_merge'),
        ('dispositions', '0002_track_and_bound'),
        ('patients', '0003_possible_doubles'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=60)),
                ('is_closed', models.BooleanField(default=True)),
                ('created_by', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('practice', models.ForeignKey(db_index=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='accounts.practice')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarDayEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=60)),
                ('is_closed', models.BooleanField(default=True)),
                ('created_by', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaigns.calendarday')),
                ('practice', models.ForeignKey(db_constraint=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.practice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CallbackEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('due_at', models.DateTimeField()),
                ('window_ends_at', models.DateTimeField(help_text='Called later than this, the promise counts as missed')),
                ('status', models.CharField(choices=[('PENDING', 'Promised'), ('KEPT', 'Kept'), ('MISSED', 'Missed'), ('CANCELLED', 'Canceled')], default='PENDING', max_length=9)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('why_changed', models.CharField(blank=True, db_default='', default='', help_text='Why it was last handed over, moved or called off', max_length=120)),
                ('enrollment', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaigns.enrollment')),
                ('owner', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                ('patient', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaigns.callback')),
                ('practice', models.ForeignKey(db_constraint=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.practice')),
                ('promised_by', accounts.tenancy.PracticeForeignKey(help_text="Who made the promise, where it is another's by now", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DeniedDial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('e164', models.CharField(db_collation='C', max_length=16)),
                ('rule', models.CharField(help_text='OUT_OF_HOURS, or the name of a rule of campaigns/eligibility.py', max_length=20)),
                ('detail', models.CharField(help_text='The rule in words, with its citation where it is law', max_length=200)),
                ('denied_at', models.DateTimeField(help_text='Calling clock')),
                ('agent', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('enrollment', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.enrollment')),
                ('lease', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.lease')),
                ('patient', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='denied_dials', to='patients.patient')),
                ('practice', models.ForeignKey(db_index=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='accounts.practice')),
            ],
            bases=(audit.access.ShowsPatient, models.Model),
        ),
        migrations.CreateModel(
            name='HoursRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(blank=True, help_text='As in NY; empty: everywhere', max_length=2)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), help_text='ISO weekdays the rule is about, Monday is 1', size=None)),
                ('opens_at', models.TimeField(blank=True, help_text="In the patient's time zone; empty: no calls on these days", null=True)),
                ('closes_at', models.TimeField(blank=True, null=True)),
                ('note', models.CharField(help_text="Why: the law's citation, or the practice's wish", max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('practice', models.ForeignKey(db_index=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='accounts.practice')),
            ],
        ),
        migrations.CreateModel(
            name='HoursRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(blank=True, help_text='As in NY; empty: everywhere', max_length=2)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), help_text='ISO weekdays the rule is about, Monday is 1', size=None)),
                ('opens_at', models.TimeField(blank=True, help_text="In the patient's time zone; empty: no calls on these days", null=True)),
                ('closes_at', models.TimeField(blank=True, null=True)),
                ('note', models.CharField(help_text="Why: the law's citation, or the practice's wish", max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaigns.hoursrule')),
                ('practice', models.ForeignKey(db_constraint=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.practice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QueueChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ENTERED', 'Entered'), ('LEFT', 'Left'), ('MOVED', 'Changed hands')], max_length=7)),
                ('why', models.CharField(help_text='A code of campaigns/plan_words.py', max_length=20)),
                ('enrollment_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('build', accounts.tenancy.PracticeForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queue_changes', to='campaigns.queuebuild')),
                ('from_agent', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('practice', models.ForeignKey(db_index=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='accounts.practice')),
                ('to_agent', accounts.tenancy.PracticeForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='callattempt',
            name='only_moved',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='campaign',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='campaign',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='campaign',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='callattempt',
            name='attempt_source',
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_kind',
        ),
        migrations.RemoveConstraint(
            model_name='queuebuild',
            name='one_build_a_day',
        ),
        migrations.AddField(
            model_name='callattempt',
            name='lease',
            field=accounts.tenancy.PracticeForeignKey(help_text='The hold it was made under: outcomes of several people under one are one dial', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='campaigns.lease'),
        ),
        migrations.AddField(
            model_name='callback',
            name='promised_by',
            field=accounts.tenancy.PracticeForeignKey(help_text="Who made the promise, where it is another's by now", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='callback',
            name='why_changed',
            field=models.CharField(blank=True, db_default='', default='', help_text='Why it was last handed over, moved or called off', max_length=120),
        ),
        migrations.AddField(
            model_name='campaign',
            name='win_back_after_days',
            field=models.PositiveSmallIntegerField(db_default=180, default=180, help_text='Win back: at least so many days after the patient said no in another campaign', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(1825)]),
        ),
        migrations.AddField(
            model_name='campaignevent',
            name='win_back_after_days',
            field=models.PositiveSmallIntegerField(db_default=180, default=180, help_text='Win back: at least so many days after the patient said no in another campaign', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(1825)]),
        ),
        migrations.AddField(
            model_name='enrollment',
            name='avoid_clock_at',
            field=models.DateTimeField(help_text='The last call nobody answered: not called within two hours of its clock time again (campaigns/retry.py)', null=True),
        ),
        migrations.AddField(
            model_name='lease',
            name='asked_at',
            field=models.DateTimeField(help_text='The moment of the calling clock for which the rules were asked', null=True),
        ),
        migrations.AddField(
            model_name='lease',
            name='dialed_at',
            field=models.DateTimeField(help_text='Calling clock', null=True),
        ),
        migrations.AddField(
            model_name='lease',
            name='dialed_e164',
            field=models.CharField(blank=True, db_collation='C', db_default='', default='', help_text='The number dialed last', max_length=16),
        ),
        migrations.AddField(
            model_name='lease',
            name='e164',
            field=models.CharField(blank=True, db_collation='C', db_default='', default='', help_text='The number to dial first', max_length=16),
        ),
        migrations.AddField(
            model_name='queuebuild',
            name='enrollment',
            field=models.JSONField(db_default={}, default=dict, help_text='Campaign id → {entered, stayed, left: reason → count} of this build'),
        ),
        migrations.AddField(
            model_name='queuebuild',
            name='number',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='1st, 2nd, … build of the date'),
        ),
        migrations.AddField(
            model_name='queueitem',
            name='expected_yield',
            field=models.PositiveSmallIntegerField(help_text='Bookings expected from a thousand such dials: what the order follows (campaigns/expected_yield.py)', null=True),
        ),
        migrations.AlterField(
            model_name='callattempt',
            name='source',
            field=models.CharField(choices=[('QUEUE', 'Call list'), ('CALLBACK', 'Callback'), ('RING_BACK', 'Patient rang back'), ('HOUSEHOLD', 'Another person at the number')], default='QUEUE', max_length=9),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='kind',
            field=models.CharField(choices=[('REACTIVATION', 'Reactivation'), ('NO_SHOW', 'No-shows'), ('CANCELLED', 'Canceled'), ('NO_ENCOUNTER', 'Registered, never seen'), ('REVIEW', 'Patient reviews'), ('WIN_BACK', 'Win back the lost')], max_length=12),
        ),
        migrations.AlterField(
            model_name='campaignevent',
            name='kind',
            field=models.CharField(choices=[('REACTIVATION', 'Reactivation'), ('NO_SHOW', 'No-shows'), ('CANCELLED', 'Canceled'), ('NO_ENCOUNTER', 'Registered, never seen'), ('REVIEW', 'Patient reviews'), ('WIN_BACK', 'Win back the lost')], max_length=12),
        ),
        migrations.AlterField(
            model_name='queuebuild',
            name='queued',
            field=models.PositiveIntegerField(help_text='Enrollments dealt to agents or put into the pool'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callattempt',
            trigger=pgtrigger.compiler.Trigger(name='only_moved', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."appointment_id" IS DISTINCT FROM (NEW."appointment_id") OR OLD."body_hash" IS DISTINCT FROM (NEW."body_hash") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."disposition_id" IS DISTINCT FROM (NEW."disposition_id") OR OLD."e164" IS DISTINCT FROM (NEW."e164") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."enrollment_id" IS DISTINCT FROM (NEW."enrollment_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_reached" IS DISTINCT FROM (NEW."is_reached") OR OLD."is_right_party" IS DISTINCT FROM (NEW."is_right_party") OR OLD."is_success" IS DISTINCT FROM (NEW."is_success") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."lease_id" IS DISTINCT FROM (NEW."lease_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."phone_id" IS DISTINCT FROM (NEW."phone_id") OR OLD."practice_id" IS DISTINCT FROM (NEW."practice_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3f61f3321bb6c17af4bd701a2f39bdc3d5c4e785', operation='UPDATE', pgid='pgtrigger_only_moved_3c679', table='campaigns_callattempt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callback',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_callbackevent" ("created_at", "due_at", "enrollment_id", "id", "owner_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "promised_by_id", "settled_at", "status", "why_changed", "window_ends_at") VALUES (NEW."created_at", NEW."due_at", NEW."enrollment_id", NEW."id", NEW."owner_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."promised_by_id", NEW."settled_at", NEW."status", NEW."why_changed", NEW."window_ends_at"); RETURN NULL;', hash='b011a14b0a0d9fa0fd245da6033ca04961b72372', operation='INSERT', pgid='pgtrigger_insert_insert_08eb9', table='campaigns_callback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callback',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaigns_callbackevent" ("created_at", "due_at", "enrollment_id", "id", "owner_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "promised_by_id", "settled_at", "status", "why_changed", "window_ends_at") VALUES (NEW."created_at", NEW."due_at", NEW."enrollment_id", NEW."id", NEW."owner_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."practice_id", NEW."promised_by_id", NEW."settled_at", NEW."status", NEW."why_changed", NEW."window_ends_at"); RETURN NULL;', hash='9bfe8b8e5bb7a669a784a7d8ec8f87fb4830ab2a', operation='UPDATE', pgid='pgtrigger_update_update_b1e6e', table='campaigns_callback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callback',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_callbackevent" ("created_at", "due_at", "enrollment_id", "id", "owner_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "promised_by_id", "settled_at", "status", "why_changed", "window_ends_at") VALUES (OLD."created_at", OLD."due_at", OLD."enrollment_id", OLD."id", OLD."owner_id", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."practice_id", OLD."promised_by_id", OLD."settled_at", OLD."status", OLD."why_changed", OLD."window_ends_at"); RETURN NULL;', hash='02ae83c1af7ac9d7d8a6b16a522454abe4699040', operation='DELETE', pgid='pgtrigger_delete_delete_af136', table='campaigns_callback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_campaignevent" ("appointment_horizon_days", "appointment_match", "created_at", "created_by_id", "ends_on", "goal", "id", "kind", "legal_class", "lookback_days", "max_attempts", "months_since_visit", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "revenue_per_visit", "script", "starts_on", "status", "win_back_after_days") VALUES (NEW."appointment_horizon_days", NEW."appointment_match", NEW."created_at", NEW."created_by_id", NEW."ends_on", NEW."goal", NEW."id", NEW."kind", NEW."legal_class", NEW."lookback_days", NEW."max_attempts", NEW."months_since_visit", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."revenue_per_visit", NEW."script", NEW."starts_on", NEW."status", NEW."win_back_after_days"); RETURN NULL;', hash='37e1d3f404cc5b7433d0a25c6e6f6b30cf9b9128', operation='INSERT', pgid='pgtrigger_insert_insert_5522d', table='campaigns_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaigns_campaignevent" ("appointment_horizon_days", "appointment_match", "created_at", "created_by_id", "ends_on", "goal", "id", "kind", "legal_class", "lookback_days", "max_attempts", "months_since_visit", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "revenue_per_visit", "script", "starts_on", "status", "win_back_after_days") VALUES (NEW."appointment_horizon_days", NEW."appointment_match", NEW."created_at", NEW."created_by_id", NEW."ends_on", NEW."goal", NEW."id", NEW."kind", NEW."legal_class", NEW."lookback_days", NEW."max_attempts", NEW."months_since_visit", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."practice_id", NEW."revenue_per_visit", NEW."script", NEW."starts_on", NEW."status", NEW."win_back_after_days"); RETURN NULL;', hash='d652484c55c4e2d860467e5681175288b162af81', operation='UPDATE', pgid='pgtrigger_update_update_f2afa', table='campaigns_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_campaignevent" ("appointment_horizon_days", "appointment_match", "created_at", "created_by_id", "ends_on", "goal", "id", "kind", "legal_class", "lookback_days", "max_attempts", "months_since_visit", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "revenue_per_visit", "script", "starts_on", "status", "win_back_after_days") VALUES (OLD."appointment_horizon_days", OLD."appointment_match", OLD."created_at", OLD."created_by_id", OLD."ends_on", OLD."goal", OLD."id", OLD."kind", OLD."legal_class", OLD."lookback_days", OLD."max_attempts", OLD."months_since_visit", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."practice_id", OLD."revenue_per_visit", OLD."script", OLD."starts_on", OLD."status", OLD."win_back_after_days"); RETURN NULL;', hash='d489698f75c92bd1914fb8ff66c7f6c3ef8fb98f', operation='DELETE', pgid='pgtrigger_delete_delete_4123f', table='campaigns_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lease',
            trigger=pgtrigger.compiler.Trigger(name='nobody_who_must_not_be_called', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE at timestamptz; daily integer; weekly integer; in_a_day bigint; in_a_week bigint;', func="\n        IF NEW.source = 'RING_BACK' THEN RETURN NEW; END IF;\n        PERFORM 1 FROM patients_optout o WHERE o.practice_id = NEW.practice_id AND o.patient_id = NEW.patient_id\n          AND (o.scope <> 'CAMPAIGN' OR o.campaign_id = (\n            SELECT campaign_id FROM campaigns_enrollment e WHERE e.practice_id = NEW.practice_id AND e.id = NEW.enrollment_id));\n        IF FOUND THEN\n          RAISE EXCEPTION 'lease refused: opted out' USING ERRCODE = 'RD001';\n        END IF;\n        PERFORM 1 FROM patients_optout o WHERE o.practice_id = NEW.practice_id AND o.e164 = NEW.e164 AND o.e164 <> ''\n          AND o.scope <> 'CAMPAIGN';\n        IF FOUND THEN\n          RAISE EXCEPTION 'lease refused: number opted out' USING ERRCODE = 'RD001';\n        END IF;\n        at := coalesce(NEW.asked_at, now());\n        SELECT daily_call_cap, weekly_call_cap INTO daily, weekly FROM accounts_practice WHERE id = NEW.practice_id;\n        IF NEW.source = 'CALLBACK' THEN\n          daily := 3; weekly := NULL;\n        END IF;\n        SELECT count(DISTINCT coalesce(lease_id, -id)) FILTER (WHERE ended_at > at - interval '24 hours'),\n               count(DISTINCT coalesce(lease_id, -id))\n        INTO in_a_day, in_a_week FROM campaigns_callattempt\n        WHERE practice_id = NEW.practice_id AND patient_id = NEW.patient_id AND ended_at > at - interval '7 days'\n          AND source <> 'RING_BACK';\n        IF in_a_day >= daily OR in_a_week >= weekly THEN\n          RAISE EXCEPTION 'lease refused: person called often' USING ERRCODE = 'RD001';\n        END IF;\n        SELECT count(DISTINCT coalesce(lease_id, -id)) FILTER (WHERE ended_at > at - interval '24 hours'),\n               count(DISTINCT coalesce(lease_id, -id))\n        INTO in_a_day, in_a_week FROM campaigns_callattempt\n        WHERE practice_id = NEW.practice_id AND e164 = NEW.e164 AND e164 <> '' AND ended_at > at - interval '7 days'\n          AND source <> 'RING_BACK';\n        IF in_a_day >= daily OR in_a_week >= weekly THEN\n          RAISE EXCEPTION 'lease refused: number called often' USING ERRCODE = 'RD001';\n        END IF;\n        RETURN NEW;\n    ", hash='f0efd353197a81b0ba11ffa093c1b1b3fbaf59f5', operation='INSERT', pgid='pgtrigger_nobody_who_must_not_be_called_1011e', table='campaigns_lease', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='callattempt',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['QUEUE', 'CALLBACK', 'RING_BACK', 'HOUSEHOLD'])), name='attempt_source'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REACTIVATION', 'NO_SHOW', 'CANCELLED', 'NO_ENCOUNTER', 'REVIEW', 'WIN_BACK'])), name='campaign_kind'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('e164', ''), _negated=True)), fields=('practice', 'e164'), name='one_open_lease_per_number'),
        ),
        migrations.AddConstraint(
            model_name='queuebuild',
            constraint=models.UniqueConstraint(fields=('practice', 'business_date', 'number'), name='build_number_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.UniqueConstraint(fields=('practice', 'on'), name='calendar_day_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_calendardayevent" ("created_by_id", "id", "is_closed", "name", "on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id") VALUES (NEW."created_by_id", NEW."id", NEW."is_closed", NEW."name", NEW."on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."practice_id"); RETURN NULL;', hash='fec044bda5a8509a6f84eda6eec39d087edad1f8', operation='INSERT', pgid='pgtrigger_insert_insert_91daf', table='campaigns_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaigns_calendardayevent" ("created_by_id", "id", "is_closed", "name", "on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id") VALUES (NEW."created_by_id", NEW."id", NEW."is_closed", NEW."name", NEW."on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."practice_id"); RETURN NULL;', hash='d425856898654e6238fbfc53fdd286d331d0ca2a', operation='UPDATE', pgid='pgtrigger_update_update_52dc3', table='campaigns_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_calendardayevent" ("created_by_id", "id", "is_closed", "name", "on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id") VALUES (OLD."created_by_id", OLD."id", OLD."is_closed", OLD."name", OLD."on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."practice_id"); RETURN NULL;', hash='9fddcdb35a045b0fe5c579e61807a858bae4ac06', operation='DELETE', pgid='pgtrigger_delete_delete_766ff', table='campaigns_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendardayevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d09045973d5174369b6bd5fb575c8611606beaa7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6efb8', table='campaigns_calendardayevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callbackevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65598af645d6be186fc87e11095ec10c73200540', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1cdf2', table='campaigns_callbackevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='denieddial',
            index=models.Index(fields=['practice', 'denied_at'], name='denied_dial_by_time'),
        ),
        migrations.AddConstraint(
            model_name='hoursrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closes_at__isnull', True), ('opens_at__isnull', True)), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='hours_rule_span'),
        ),
        migrations.AddConstraint(
            model_name='hoursrule',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__contained_by', [1, 2, 3, 4, 5, 6, 7]), ('weekdays__len__gte', 1)), name='hours_rule_weekdays'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hoursrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_hoursruleevent" ("closes_at", "created_at", "created_by_id", "id", "note", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "state", "weekdays") VALUES (NEW."closes_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."note", NEW."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."state", NEW."weekdays"); RETURN NULL;', hash='770b70bb35df06320866b5fe67ca6f3e936a4a1a', operation='INSERT', pgid='pgtrigger_insert_insert_14d37', table='campaigns_hoursrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hoursrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaigns_hoursruleevent" ("closes_at", "created_at", "created_by_id", "id", "note", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "state", "weekdays") VALUES (NEW."closes_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."note", NEW."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."practice_id", NEW."state", NEW."weekdays"); RETURN NULL;', hash='8ce4d4411dc8713220ef1570e03c2787ace47c4a', operation='UPDATE', pgid='pgtrigger_update_update_95e2e', table='campaigns_hoursrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hoursrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaigns_hoursruleevent" ("closes_at", "created_at", "created_by_id", "id", "note", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "state", "weekdays") VALUES (OLD."closes_at", OLD."created_at", OLD."created_by_id", OLD."id", OLD."note", OLD."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."practice_id", OLD."state", OLD."weekdays"); RETURN NULL;', hash='696e44ad228a47c878cebcf4e4cf8513a37e43d0', operation='DELETE', pgid='pgtrigger_delete_delete_03ba4', table='campaigns_hoursrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hoursruleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4352170a6258d41ee751d4fffacd97158f2200e5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2a492', table='campaigns_hoursruleevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='queuechange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ENTERED', 'LEFT', 'MOVED'])), name='queue_change_kind'),
        ),
    ]
