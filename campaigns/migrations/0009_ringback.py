import accounts.tenancy
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_daily_call_cap'),
        ('campaigns', '0008_dials_count'),
        ('dispositions', '0002_track_and_bound'),
        ('patients', '0005_places_with_states'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='callattempt',
            name='only_moved',
        ),
        migrations.RemoveConstraint(
            model_name='callattempt',
            name='attempt_number',
        ),
        migrations.RemoveConstraint(
            model_name='callattempt',
            name='attempt_counts_from_one',
        ),
        migrations.RemoveConstraint(
            model_name='lease',
            name='one_open_lease_per_agent',
        ),
        migrations.AddField(
            model_name='callattempt',
            name='prompted_by',
            field=accounts.tenancy.PracticeForeignKey(help_text='The dial after which the patient rang back and booked: its agent shares the credit', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prompted', to='campaigns.callattempt'),
        ),
        migrations.AlterField(
            model_name='callattempt',
            name='number',
            field=models.PositiveSmallIntegerField(help_text='1st, 2nd, … dial of the enrollment; of a patient who rang back, how many dials had been made'),
        ),
        migrations.AddIndex(
            model_name='callattempt',
            index=models.Index(condition=models.Q(('prompted_by__isnull', False)), fields=['practice', 'ended_at'], name='attempt_prompted'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callattempt',
            trigger=pgtrigger.compiler.Trigger(name='only_moved', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."appointment_id" IS DISTINCT FROM (NEW."appointment_id") OR OLD."body_hash" IS DISTINCT FROM (NEW."body_hash") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."disposition_id" IS DISTINCT FROM (NEW."disposition_id") OR OLD."e164" IS DISTINCT FROM (NEW."e164") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."enrollment_id" IS DISTINCT FROM (NEW."enrollment_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_reached" IS DISTINCT FROM (NEW."is_reached") OR OLD."is_right_party" IS DISTINCT FROM (NEW."is_right_party") OR OLD."is_success" IS DISTINCT FROM (NEW."is_success") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."lease_id" IS DISTINCT FROM (NEW."lease_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."phone_id" IS DISTINCT FROM (NEW."phone_id") OR OLD."practice_id" IS DISTINCT FROM (NEW."practice_id") OR OLD."prompted_by_id" IS DISTINCT FROM (NEW."prompted_by_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f1a4116186f6f4c07ec516f1f72201cc16c4ac77', operation='UPDATE', pgid='pgtrigger_only_moved_3c679', table='campaigns_callattempt', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='callattempt',
            constraint=models.UniqueConstraint(condition=models.Q(('source', 'RING_BACK'), _negated=True), fields=('practice', 'enrollment', 'number'), name='attempt_number'),
        ),
        migrations.AddConstraint(
            model_name='callattempt',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('source', 'RING_BACK'), _connector='OR'), name='attempt_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('source', 'RING_BACK'), _negated=True)), fields=('practice', 'agent'), name='one_open_lease_per_agent'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), ('source', 'RING_BACK')), fields=('practice', 'agent'), name='one_open_ring_back_per_agent'),
        ),
    ]
