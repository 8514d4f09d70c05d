from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0018_order_assets"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="target",
            options={
                "ordering": ["stage__journey__slug", "stage__position", "pk"],
                "permissions": [("view_coverage", "Can see where the journeys have nothing to say")],
            },
        ),
        migrations.AddField(
            model_name="asset",
            name="brief",
            field=models.TextField(
                blank=True, help_text="What it is to say, to whom and why: for whoever writes it. Readers never see it."
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="due",
            field=models.DateField(blank=True, help_text="When it should be ready to be published.", null=True),
        ),
    ]
