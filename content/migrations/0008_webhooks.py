import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import content.models.event
import content.models.webhook_endpoint


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0007_watch_pins"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="Whose it is, and what for.", max_length=100)),
                (
                    "url",
                    models.CharField(
                        help_text="Where events are sent by POST: https://…",
                        max_length=500,
                        validators=[content.models.webhook_endpoint.validate_url],
                        verbose_name="address",
                    ),
                ),
                (
                    "types",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Which events it wants. None: all.",
                        validators=[content.models.webhook_endpoint.validate_types],
                        verbose_name="events",
                    ),
                ),
                ("secret", models.CharField(editable=False, max_length=100)),
                ("old_secret", models.CharField(blank=True, editable=False, max_length=100)),
                ("old_secret_until", models.DateTimeField(editable=False, null=True)),
                ("enabled", models.BooleanField(default=True, editable=False)),
                (
                    "disabled_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="disabled, because"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="added"),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="publishedstate",
            name="swept_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="publishedstate",
            name="told_map",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=content.models.event.new_uid,
                        editable=False,
                        max_length=40,
                        unique=True,
                        verbose_name="id",
                    ),
                ),
                ("type", models.CharField(max_length=30)),
                ("occurred_at", models.DateTimeField(verbose_name="occurred")),
                ("publication", models.PositiveBigIntegerField(null=True)),
                ("data", models.JSONField(default=dict)),
                ("keys", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("fanned_at", models.DateTimeField(null=True, verbose_name="handed on")),
            ],
            options={
                "ordering": ["-pk"],
                "default_permissions": ("view",),
                "indexes": [models.Index(condition=models.Q(("fanned_at", None)), fields=["id"], name="event_waiting")],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempt_count", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(null=True, verbose_name="next attempt")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="delivered")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="content.event"
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="content.webhookendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
                "ordering": ["-pk"],
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("took_ms", models.PositiveIntegerField(verbose_name="took (ms)")),
                ("error", models.CharField(blank=True, max_length=300)),
                ("response", models.CharField(blank=True, max_length=500)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="content.webhookdelivery",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["endpoint", "next_attempt_at"], name="delivery_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("event", "endpoint"), name="delivery_unique_in_event_and_endpoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("endpoint", None)), fields=("event",), name="delivery_to_caches_unique_in_event"
            ),
        ),
    ]
