import django.core.validators
import django.db.models.deletion
import journeys.addresses
import journeys.models.mapped
import journeys.models.stage
import journeys.models.touchpoint
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MapVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('token', models.CharField(max_length=36)),
            ],
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('description', models.TextField(blank=True)),
                ('is_digital', models.BooleanField(default=True)),
                ('ownership', models.CharField(default='owned', max_length=6)),
                ('title_limit', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('summary_limit', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('bit', models.PositiveSmallIntegerField(editable=False, unique=True)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='channel_slug_unique'), models.CheckConstraint(condition=models.Q(('bit__lt', 62)), name='channel_bit_fits_the_mask')],
            },
        ),
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('original_title', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
                ('is_default', models.BooleanField(default=False)),
                ('closing_intent', models.CharField(default='contact', max_length=20)),
                ('closing_label', models.CharField(blank=True, max_length=80)),
                ('closing_labels', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('closing_url', models.CharField(blank=True, max_length=500, validators=[journeys.addresses.validate_address])),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='journey_slug_unique'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='journey_default_at_most_one')],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('role', models.CharField(blank=True, max_length=300)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='journeys.channel')),
            ],
            options={
                'ordering': ['stage', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('description', models.TextField(blank=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='journeys.segment')),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('position', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
                ('original_title', models.CharField(blank=True, max_length=200)),
                ('phases', models.JSONField(default=list, validators=[journeys.models.stage.validate_phases])),
                ('is_entry', models.BooleanField(default=False)),
                ('is_goal', models.BooleanField(default=False)),
                ('intent', models.CharField(default='learn_more', max_length=20)),
                ('purpose', models.TextField(blank=True)),
                ('question', models.TextField(blank=True)),
                ('need', models.TextField(blank=True)),
                ('barrier', models.TextField(blank=True)),
                ('goals', models.JSONField(blank=True, default=list, validators=[journeys.models.stage.validate_lines])),
                ('channels', models.ManyToManyField(related_name='stages', through='journeys.Recommendation', to='journeys.channel')),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='journeys.journey')),
            ],
            options={
                'ordering': ['journey__slug', 'position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='recommendation',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='journeys.stage'),
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('filters', models.JSONField(blank=True, default=dict, validators=[journeys.models.touchpoint.validate_filters])),
                ('description', models.TextField(blank=True)),
                ('review_date', models.DateField(blank=True, null=True)),
                ('review_every', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.channel')),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.journey')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='owned_touchpoints', to=settings.AUTH_USER_MODEL)),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.stage')),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('from_stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ways_out', to='journeys.stage')),
                ('segments', models.ManyToManyField(blank=True, related_name='transitions', to='journeys.segment')),
                ('to_stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ways_in', to='journeys.stage')),
            ],
            options={
                'ordering': ['from_stage__journey__slug', 'from_stage__position', 'to_stage__position', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('slug',), name='segment_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('journey', 'slug'), name='stage_slug_unique_in_journey'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(fields=('stage', 'channel'), name='recommendation_unique_for_stage_and_channel'),
        ),
        migrations.AddConstraint(
            model_name='touchpoint',
            constraint=models.UniqueConstraint(fields=('slug',), name='touchpoint_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.UniqueConstraint(fields=('from_stage', 'to_stage'), name='transition_unique_between_two_stages'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(('from_stage', models.F('to_stage')), _negated=True), name='transition_leads_to_another_stage'),
        ),
    ]
