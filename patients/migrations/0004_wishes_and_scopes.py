import accounts.tenancy
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_daily_call_cap'),
        ('campaigns', '0005_calling_rules'),
        ('patients', '0003_possible_doubles'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='optout',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='optout',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='optout',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='delete_delete',
        ),
        migrations.RemoveIndex(
            model_name='patient',
            name='patient_by_zone',
        ),
        migrations.AddField(
            model_name='optout',
            name='campaign',
            field=accounts.tenancy.PracticeForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign'),
        ),
        migrations.AddField(
            model_name='optout',
            name='scope',
            field=models.CharField(choices=[('ALL', 'Any contact'), ('CALLS', 'Phone calls'), ('CAMPAIGN', 'This campaign')], db_default='ALL', default='ALL', max_length=8),
        ),
        migrations.AddField(
            model_name='optoutevent',
            name='campaign',
            field=accounts.tenancy.PracticeForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaigns.campaign'),
        ),
        migrations.AddField(
            model_name='optoutevent',
            name='scope',
            field=models.CharField(choices=[('ALL', 'Any contact'), ('CALLS', 'Phone calls'), ('CAMPAIGN', 'This campaign')], db_default='ALL', default='ALL', max_length=8),
        ),
        migrations.AddField(
            model_name='patient',
            name='wish_key',
            field=models.CharField(blank=True, db_collation='C', db_default='', default='', editable=False, help_text='Days and hours the person asked to be called in, as in #135/0900-1200 (patients/wishes.py); empty: none', max_length=24),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='wish_key',
            field=models.CharField(blank=True, db_collation='C', db_default='', default='', editable=False, help_text='Days and hours the person asked to be called in, as in #135/0900-1200 (patients/wishes.py); empty: none', max_length=24),
        ),
        migrations.AddField(
            model_name='phonenumber',
            name='voicemail_allowed',
            field=models.BooleanField(db_default=True, default=True, help_text='Whether a message may be left on it'),
        ),
        migrations.AlterField(
            model_name='patient',
            name='zone_key',
            field=models.CharField(blank=True, db_collation='C', editable=False, help_text='All places there is evidence for, zone@state joined by |; empty when unknown (patients/zones.py)', max_length=400),
        ),
        migrations.AlterField(
            model_name='patientevent',
            name='zone_key',
            field=models.CharField(blank=True, db_collation='C', editable=False, help_text='All places there is evidence for, zone@state joined by |; empty when unknown (patients/zones.py)', max_length=400),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['practice', 'zone_key', 'wish_key'], name='patient_by_hours'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='optout',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_optoutevent" ("campaign_id", "channel", "e164", "id", "opted_out_at", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "recorded_by_id", "scope", "words") VALUES (NEW."campaign_id", NEW."channel", NEW."e164", NEW."id", NEW."opted_out_at", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."practice_id", NEW."recorded_by_id", NEW."scope", NEW."words"); RETURN NULL;', hash='466e7ae1a1087311ec6e00d514f81179f44a7464', operation='INSERT', pgid='pgtrigger_insert_insert_2192f', table='patients_optout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='optout',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_optoutevent" ("campaign_id", "channel", "e164", "id", "opted_out_at", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "recorded_by_id", "scope", "words") VALUES (NEW."campaign_id", NEW."channel", NEW."e164", NEW."id", NEW."opted_out_at", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."practice_id", NEW."recorded_by_id", NEW."scope", NEW."words"); RETURN NULL;', hash='1bfa4f897835db5641eab470c791d15e0269517a', operation='UPDATE', pgid='pgtrigger_update_update_a9ac8', table='patients_optout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='optout',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_optoutevent" ("campaign_id", "channel", "e164", "id", "opted_out_at", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "recorded_by_id", "scope", "words") VALUES (OLD."campaign_id", OLD."channel", OLD."e164", OLD."id", OLD."opted_out_at", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."practice_id", OLD."recorded_by_id", OLD."scope", OLD."words"); RETURN NULL;', hash='e650b3477ae46a732db1f6f1d5b6845b52d3d8b1', operation='DELETE', pgid='pgtrigger_delete_delete_1f980', table='patients_optout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("address", "born_on", "city", "created_at", "email", "emr_note", "first_name", "id", "is_deceased", "is_inactive", "is_test", "language", "last_name", "merged_into_id", "middle_name", "mrn", "name_key", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "provider", "sex", "state", "voicemail_allowed", "wish_key", "zip_code", "zone_key") SELECT old_values."address", old_values."born_on", old_values."city", old_values."created_at", old_values."email", old_values."emr_note", old_values."first_name", old_values."id", old_values."is_deceased", old_values."is_inactive", old_values."is_test", old_values."language", old_values."last_name", old_values."merged_into_id", old_values."middle_name", old_values."mrn", old_values."name_key", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', old_values."id", old_values."practice_id", old_values."provider", old_values."sex", old_values."state", old_values."voicemail_allowed", old_values."wish_key", old_values."zip_code", old_values."zone_key" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."born_on" IS DISTINCT FROM (new_values."born_on") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."emr_note" IS DISTINCT FROM (new_values."emr_note") OR old_values."first_name" IS DISTINCT FROM (new_values."first_name") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_deceased" IS DISTINCT FROM (new_values."is_deceased") OR old_values."is_inactive" IS DISTINCT FROM (new_values."is_inactive") OR old_values."is_test" IS DISTINCT FROM (new_values."is_test") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."last_name" IS DISTINCT FROM (new_values."last_name") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."middle_name" IS DISTINCT FROM (new_values."middle_name") OR old_values."mrn" IS DISTINCT FROM (new_values."mrn") OR old_values."name_key" IS DISTINCT FROM (new_values."name_key") OR old_values."practice_id" IS DISTINCT FROM (new_values."practice_id") OR old_values."provider" IS DISTINCT FROM (new_values."provider") OR old_values."sex" IS DISTINCT FROM (new_values."sex") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."voicemail_allowed" IS DISTINCT FROM (new_values."voicemail_allowed") OR old_values."wish_key" IS DISTINCT FROM (new_values."wish_key") OR old_values."zip_code" IS DISTINCT FROM (new_values."zip_code") OR old_values."zone_key" IS DISTINCT FROM (new_values."zone_key")) ) AS old_values; RETURN NULL;', hash='93af16bf6ff3103675c4c870941f7e429eef2f8a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_546ce', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='patients_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("address", "born_on", "city", "created_at", "email", "emr_note", "first_name", "id", "is_deceased", "is_inactive", "is_test", "language", "last_name", "merged_into_id", "middle_name", "mrn", "name_key", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "provider", "sex", "state", "voicemail_allowed", "wish_key", "zip_code", "zone_key") SELECT old_values."address", old_values."born_on", old_values."city", old_values."created_at", old_values."email", old_values."emr_note", old_values."first_name", old_values."id", old_values."is_deceased", old_values."is_inactive", old_values."is_test", old_values."language", old_values."last_name", old_values."merged_into_id", old_values."middle_name", old_values."mrn", old_values."name_key", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."practice_id", old_values."provider", old_values."sex", old_values."state", old_values."voicemail_allowed", old_values."wish_key", old_values."zip_code", old_values."zone_key" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;', hash='6c1c4d7e1032890c0dd32e67c172644772703a59', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_9898d', referencing='REFERENCING OLD TABLE AS old_values ', table='patients_patient', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='optout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', True), ('scope__in', ['ALL', 'CALLS'])), models.Q(('campaign__isnull', False), ('patient__isnull', False), ('scope', 'CAMPAIGN')), _connector='OR'), name='opt_out_scope'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('wish_key__regex', '^(#[1-7]{1,7}/\\d{4}-\\d{4})?$')), name='patient_wish_key'),
        ),
    ]
