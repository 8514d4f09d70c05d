import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_snapshots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="translation",
            name="image_alt",
            field=models.CharField(
                blank=True,
                help_text="What the picture shows, for those who do not see it. Empty if it only decorates.",
                max_length=500,
                verbose_name="alternative text of the picture",
            ),
        ),
        migrations.CreateModel(
            name="Media",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "title",
                    models.CharField(
                        help_text="What editors call it, and what a downloaded file is called.", max_length=200
                    ),
                ),
                ("mime", models.CharField(editable=False, max_length=80, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(editable=False, help_text="In bytes, without its renditions.")),
                ("width", models.PositiveIntegerField(editable=False, null=True)),
                ("height", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "focal_x",
                    models.FloatField(
                        default=0.5,
                        help_text="0 is the left edge, 1 the right one.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="focal point, across",
                    ),
                ),
                (
                    "focal_y",
                    models.FloatField(
                        default=0.5,
                        help_text="0 is the upper edge, 1 the lower one.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="focal point, down",
                    ),
                ),
                ("digest", models.CharField(db_index=True, editable=False, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "media",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="asset",
            name="image",
            field=models.ForeignKey(
                blank=True,
                help_text="The picture that stands for it, in all languages; what it shows is said with each text.",
                limit_choices_to={"width__isnull": False},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assets",
                to="content.media",
            ),
        ),
        migrations.AddField(
            model_name="editionmention",
            name="media",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mentions",
                to="content.media",
            ),
        ),
        migrations.AddConstraint(
            model_name="media",
            constraint=models.CheckConstraint(
                condition=models.Q(("focal_x__gte", 0), ("focal_x__lte", 1), ("focal_y__gte", 0), ("focal_y__lte", 1)),
                name="media_focal_point_within_the_picture",
            ),
        ),
        migrations.AddConstraint(
            model_name="media",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("height", None), ("width", None)),
                    models.Q(("height__gte", 1), ("width__gte", 1)),
                    _connector="OR",
                ),
                name="media_width_and_height_go_together",
            ),
        ),
    ]
