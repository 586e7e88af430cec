from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0005_places_with_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='patient',
            name='given_key',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name_key'), template="split_part(%(expressions)s, ' ', 2) || ' ' || split_part(%(expressions)s, ' ', 1)"), output_field=models.CharField(db_collation='C', max_length=170)),
        ),
        migrations.AddField(
            model_name='phonenumber',
            name='e164_reversed',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('e164'), function='reverse'), output_field=models.CharField(db_collation='C', max_length=16)),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['practice', 'given_key'], name='patient_by_given_name'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['practice', 'born_on'], name='patient_by_birth'),
        ),
        migrations.AddIndex(
            model_name='phonenumber',
            index=models.Index(fields=['practice', 'e164_reversed'], name='phone_by_last_digits'),
        ),
    ]
