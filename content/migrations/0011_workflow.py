import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0010_free_showings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("comment", "commented"),
                            ("submit", "asked for review"),
                            ("approve", "approved"),
                            ("send_back", "sent back"),
                        ],
                        default="comment",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("findings", models.JSONField()),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="asset",
            options={
                "ordering": ["-updated_at", "-pk"],
                "permissions": [
                    ("edit_any_asset", "Can edit what others own"),
                    ("publish_asset", "Can publish, schedule and withdraw"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="translation",
            options={
                "ordering": ["asset", "locale__code"],
                "permissions": [("review_translation", "Can approve what is to be published, or send it back")],
            },
        ),
        migrations.AddField(
            model_name="kind",
            name="review",
            field=models.BooleanField(
                default=False,
                help_text="A text of this kind is published only as somebody approved it.",
                verbose_name="review before publishing",
            ),
        ),
        watch_tables("content_kind"),
        migrations.AddField(
            model_name="translation",
            name="approved_print",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="translation",
            name="assignee",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assigned",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="status",
            field=models.CharField(
                choices=[("draft", "draft"), ("in_review", "in review"), ("approved", "approved")],
                default="draft",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="updated_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddIndex(
            model_name="translation",
            index=models.Index(
                condition=models.Q(("status", "draft"), _negated=True), fields=["status"], name="translation_under_way"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="comments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="translation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="content.translation"
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="asset",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="refusal", to="content.asset"
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
