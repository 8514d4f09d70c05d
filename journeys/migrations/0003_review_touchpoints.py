import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0002_watch_the_map"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="touchpoint",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="owned_touchpoints",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="review_date",
            field=models.DateField(blank=True, help_text="When somebody should look at it again.", null=True),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="review_every",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="After it was looked at, again in … days.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(3650),
                ],
            ),
        ),
        watch_tables("journeys_touchpoint"),
    ]
