import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_api_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='practice',
            name='daily_call_cap',
            field=models.PositiveSmallIntegerField(default=1, help_text='Dials to one person, and to one number, in any 24 hours, over all campaigns', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)]),
        ),
        migrations.AlterField(
            model_name='practice',
            name='weekly_call_cap',
            field=models.PositiveSmallIntegerField(default=3, help_text='Dials to one person, and to one number, in any seven days, over all campaigns', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)]),
        ),
        migrations.AddConstraint(
            model_name='practice',
            constraint=models.CheckConstraint(condition=models.Q(('daily_call_cap__lte', models.F('weekly_call_cap')), ('daily_call_cap__range', (1, 3)), ('weekly_call_cap__range', (1, 7))), name='practice_call_caps'),
        ),
    ]
