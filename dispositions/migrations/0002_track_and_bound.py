import accounts.tenancy
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
        ('dispositions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DispositionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(db_collation='C', max_length=16)),
                ('label', models.CharField(max_length=60)),
                ('position', models.PositiveSmallIntegerField()),
                ('hotkey', models.CharField(blank=True, max_length=1)),
                ('is_reached', models.BooleanField(default=False, help_text='A person answered')),
                ('is_right_party', models.BooleanField(default=False, help_text='The patient, or who may speak for them, was spoken to')),
                ('is_success', models.BooleanField(default=False, help_text='Counts as a booking won')),
                ('closes_as', models.CharField(blank=True, choices=[('WON', 'Re-appointed'), ('ALREADY_BOOKED', 'Already booked'), ('LOST', 'Lost'), ('OPTED_OUT', 'Do not call'), ('DUPLICATE', 'Duplicate record')], help_text='Closes the enrollment; empty keeps it open', max_length=16)),
                ('retry_after_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(366)]), blank=True, default=list, help_text='Days to wait after the 1st, 2nd, … attempt; the last one holds for all further', size=12)),
                ('requires', models.CharField(blank=True, choices=[('APPOINTMENT', 'Date, time and provider of the appointment'), ('APPOINTED_ON', 'Date of the appointment'), ('CALLBACK', 'Date and time of the callback')], max_length=12)),
                ('number_effect', models.CharField(blank=True, choices=[('VERIFIED', "The number is the patient's"), ('WRONG', "The number is somebody else's"), ('DISCONNECTED', 'The number is out of service')], max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='dispositions.disposition')),
                ('practice', models.ForeignKey(db_constraint=False, default=accounts.tenancy.current_practice_id, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.practice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AlterField(
            model_name='disposition',
            name='retry_after_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(366)]), blank=True, default=list, help_text='Days to wait after the 1st, 2nd, … attempt; the last one holds for all further', size=12),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposition',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dispositions_dispositionevent" ("closes_as", "code", "hotkey", "id", "is_active", "is_reached", "is_right_party", "is_success", "label", "number_effect", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "practice_id", "requires", "retry_after_days") VALUES (NEW."closes_as", NEW."code", NEW."hotkey", NEW."id", NEW."is_active", NEW."is_reached", NEW."is_right_party", NEW."is_success", NEW."label", NEW."number_effect", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position", NEW."practice_id", NEW."requires", NEW."retry_after_days"); RETURN NULL;', hash='0849fbae10b4aa72b89043141321d07a785742a9', operation='INSERT', pgid='pgtrigger_insert_insert_b0273', table='dispositions_disposition', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposition',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dispositions_dispositionevent" ("closes_as", "code", "hotkey", "id", "is_active", "is_reached", "is_right_party", "is_success", "label", "number_effect", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "practice_id", "requires", "retry_after_days") VALUES (NEW."closes_as", NEW."code", NEW."hotkey", NEW."id", NEW."is_active", NEW."is_reached", NEW."is_right_party", NEW."is_success", NEW."label", NEW."number_effect", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."position", NEW."practice_id", NEW."requires", NEW."retry_after_days"); RETURN NULL;', hash='a2d8004cca34be90cedf762a93352f1b1947bdc7', operation='UPDATE', pgid='pgtrigger_update_update_ef71e', table='dispositions_disposition', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disposition',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dispositions_dispositionevent" ("closes_as", "code", "hotkey", "id", "is_active", "is_reached", "is_right_party", "is_success", "label", "number_effect", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "practice_id", "requires", "retry_after_days") VALUES (OLD."closes_as", OLD."code", OLD."hotkey", OLD."id", OLD."is_active", OLD."is_reached", OLD."is_right_party", OLD."is_success", OLD."label", OLD."number_effect", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."position", OLD."practice_id", OLD."requires", OLD."retry_after_days"); RETURN NULL;', hash='cf488f85b805688ea7091ea1a3a9393fedbdc1a1', operation='DELETE', pgid='pgtrigger_delete_delete_1a834', table='dispositions_disposition', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='disposition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_reached', True), ('is_right_party', False), _connector='OR'), models.Q(('is_right_party', True), ('is_success', False), _connector='OR')), name='disposition_flags_agree'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dispositionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01dbdc3a180b3109c1161e870488bf9be9a0286a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91a91', table='dispositions_dispositionevent', when='BEFORE')),
        ),
    ]
