import content.clock
import content.fields
import content.models.access_token
import content.models.encrypted
import content.models.event
import content.models.kind
import content.models.webhook_endpoint
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import journeys.addresses
import journeys.models.mapped
import journeys.phases
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journeys', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('at', models.DateTimeField(null=True)),
                ('recalled', models.PositiveBigIntegerField(default=0)),
                ('swept_until', models.DateTimeField(null=True)),
                ('told_map', models.CharField(blank=True, max_length=40)),
                ('shown_number', models.PositiveBigIntegerField(default=0)),
                ('shown_at', models.DateTimeField(null=True)),
                ('answered_number', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('url', models.CharField(max_length=500, validators=[content.models.webhook_endpoint.validate_url])),
                ('types', models.JSONField(blank=True, default=list, validators=[content.models.webhook_endpoint.validate_types])),
                ('secret', content.models.encrypted.EncryptedField(editable=False)),
                ('old_secret', content.models.encrypted.EncryptedField(blank=True, editable=False)),
                ('old_secret_until', models.DateTimeField(editable=False, null=True)),
                ('enabled', models.BooleanField(default=True, editable=False)),
                ('disabled_reason', models.CharField(blank=True, editable=False, max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(editable=False, max_length=16, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('scopes', models.JSONField(validators=[content.models.access_token.validate_scopes])),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('by_system', models.BooleanField(default=False, editable=False)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(editable=False, null=True)),
                ('last_used_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('add', 'change', 'view'),
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('review_date', models.DateField(blank=True, null=True)),
                ('brief', models.TextField(blank=True)),
                ('due', models.DateField(blank=True, null=True)),
                ('no_stage_reason', models.CharField(blank=True, max_length=200)),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='owned_assets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-updated_at', '-pk'],
                'permissions': [('edit_any_asset', 'Can edit what others own'), ('publish_asset', 'Can publish, schedule and withdraw')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=300, unique=True)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'permissions': [('assign_finding', 'Can hand findings of the audit to somebody')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('uid', models.CharField(default=content.models.event.new_uid, editable=False, max_length=40, unique=True)),
                ('type', models.CharField(max_length=30)),
                ('occurred_at', models.DateTimeField()),
                ('publication', models.PositiveBigIntegerField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('keys', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=content.clock.now)),
                ('fanned_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(condition=models.Q(('fanned_at', None)), fields=['id'], name='event_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('description', models.TextField(blank=True)),
                ('schema', models.JSONField(validators=[content.fields.validate_schema])),
                ('url_templates', models.JSONField(blank=True, default=dict, validators=[content.models.kind.validate_url_templates])),
                ('review', models.BooleanField(default=False)),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='kind_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('slug', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=300)),
                ('title_key', models.CharField(max_length=300)),
                ('published_at', models.DateTimeField()),
                ('dated', models.BooleanField(default=False)),
                ('market_bound', models.BooleanField(default=False)),
                ('document', models.BinaryField()),
                ('placements', models.JSONField(default=list)),
                ('teasers', models.JSONField(default=dict)),
                ('steps', models.JSONField(default=list)),
                ('live_from', models.DateTimeField()),
                ('asked_until', models.DateTimeField(null=True)),
                ('live_until', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('warnings', models.JSONField(default=list)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.asset')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.kind')),
            ],
            options={
                'ordering': ['asset', 'locale', '-number'],
            },
        ),
        migrations.AddField(
            model_name='asset',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='content.kind'),
        ),
        migrations.CreateModel(
            name='Locale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=35, unique=True, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Write a language code like nb or pt-BR.', 'locale_code')])),
                ('title', models.CharField(max_length=80)),
                ('is_default', models.BooleanField(default=False)),
                ('fallback', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fallen_back_from', to='content.locale')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='LivePath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('path', models.TextField()),
                ('live_from', models.BigIntegerField()),
                ('live_until', models.BigIntegerField()),
                ('asset', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.asset')),
                ('edition', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.edition')),
                ('locale', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.locale')),
            ],
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=500, unique=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='content.asset')),
                ('locale', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='content.locale')),
            ],
            options={
                'ordering': ['path'],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='locale',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.locale'),
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(editable=False, max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('mime', models.CharField(editable=False, max_length=80)),
                ('size', models.PositiveBigIntegerField(editable=False)),
                ('width', models.PositiveIntegerField(editable=False, null=True)),
                ('height', models.PositiveIntegerField(editable=False, null=True)),
                ('focal_x', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('focal_y', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('digest', models.CharField(db_index=True, editable=False, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.channel')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='content.edition')),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.segment')),
                ('stage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.stage')),
                ('touchpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.touchpoint')),
                ('media', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='content.media')),
            ],
        ),
        migrations.AddField(
            model_name='asset',
            name='image',
            field=models.ForeignKey(blank=True, limit_choices_to={'width__isnull': False}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='content.media'),
        ),
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='content.asset')),
                ('touchpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='journeys.touchpoint')),
            ],
            options={
                'ordering': ['touchpoint', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('priority', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)])),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='content.asset')),
                ('channels', models.ManyToManyField(blank=True, related_name='placements', to='journeys.channel')),
                ('segments', models.ManyToManyField(blank=True, related_name='placements', to='journeys.segment')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='journeys.stage')),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField(unique=True)),
                ('action', models.CharField(max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('visible', models.BooleanField(default=True, editable=False)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='publications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.publication'),
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('findings', models.JSONField()),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='refusal', to='content.asset')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Showing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('stage', models.BigIntegerField()),
                ('segment', models.BigIntegerField()),
                ('rank', models.BigIntegerField()),
                ('channels', models.BigIntegerField()),
                ('fallback', models.PositiveSmallIntegerField()),
                ('signature', models.BigIntegerField(default=0)),
                ('live_from', models.BigIntegerField()),
                ('live_until', models.BigIntegerField()),
                ('past', models.BooleanField(default=False)),
                ('asset', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.asset')),
                ('edition', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.edition')),
                ('kind', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.kind')),
                ('locale', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='content.locale')),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=300, unique=True)),
                ('hashes', models.JSONField(default=dict)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='source', to='content.asset')),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('public', models.BooleanField(default=False)),
                ('shown_since', models.DateTimeField(editable=False, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='content.term')),
            ],
            options={
                'ordering': ['vocabulary__slug', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('minimum', models.PositiveSmallIntegerField(blank=True, default=1, null=True)),
                ('maximum', models.PositiveSmallIntegerField(blank=True, default=5, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('fresh_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('note', models.CharField(blank=True, max_length=300)),
                ('preset', models.CharField(blank=True, editable=False, max_length=200)),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.channel')),
                ('journey', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.journey')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.kind')),
                ('locale', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.locale')),
                ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.segment')),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.stage')),
                ('term', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.term')),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
                'permissions': [('view_coverage', 'Can see where the journeys have nothing to say')],
            },
        ),
        migrations.CreateModel(
            name='ExpectedStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('intents', models.JSONField(default=list, validators=[journeys.phases.validate_intents])),
                ('note', models.CharField(blank=True, max_length=300)),
                ('preset', models.CharField(blank=True, editable=False, max_length=200)),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='journeys.stage')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='content.kind')),
                ('term', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='content.term')),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edition_terms', to='content.edition')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.term')),
            ],
        ),
        migrations.AddField(
            model_name='asset',
            name='terms',
            field=models.ManyToManyField(blank=True, related_name='assets', to='content.term'),
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(allow_unicode=True, max_length=200)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('image_alt', models.CharField(blank=True, max_length=500)),
                ('seo_title', models.CharField(blank=True, max_length=300)),
                ('seo_description', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('market_bound', models.BooleanField(default=False)),
                ('status', models.CharField(default='draft', editable=False, max_length=10)),
                ('approved_print', models.CharField(blank=True, editable=False, max_length=40)),
                ('copied_print', models.CharField(blank=True, editable=False, max_length=40)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='content.asset')),
                ('assignee', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned', to=settings.AUTH_USER_MODEL)),
                ('copied_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='content.locale')),
                ('locale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='content.locale')),
            ],
            options={
                'ordering': ['asset', 'locale__code'],
                'permissions': [('review_translation', 'Can approve what is to be published, or send it back')],
            },
        ),
        migrations.CreateModel(
            name='Teaser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.stage')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teasers', to='content.translation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('document', models.BinaryField()),
                ('placements', models.JSONField(blank=True, default=list)),
                ('teasers', models.JSONField(blank=True, default=dict)),
                ('steps', models.JSONField(blank=True, default=list)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('by_system', models.BooleanField(default=False, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_opened_at', models.DateTimeField(blank=True, null=True)),
                ('openings', models.PositiveIntegerField(default=0)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='share_links', to='content.translation')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'permissions': [('share_asset', 'Can share drafts by link, and revoke such links')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='NextStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('intent', models.CharField(default='learn_more', max_length=20)),
                ('label', models.CharField(max_length=80)),
                ('target_url', models.CharField(blank=True, max_length=2000, validators=[journeys.addresses.validate_address])),
                ('target_asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_to_from', to='content.asset')),
                ('target_touchpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journeys.touchpoint')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to='content.translation')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('action', models.CharField(default='comment', max_length=10)),
                ('at', models.DateTimeField()),
                ('text', models.TextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='content.translation')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Vocabulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='vocabulary_slug_unique')],
            },
        ),
        migrations.AddField(
            model_name='term',
            name='vocabulary',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='content.vocabulary'),
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('key', models.CharField(db_index=True, max_length=300)),
                ('reason', models.CharField(max_length=500)),
                ('until', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='waivers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'permissions': [('waive_finding', 'Can accept what a publishing gate refuses')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('state', models.CharField(default='pending', max_length=10)),
                ('attempt_count', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='content.event')),
                ('endpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='content.webhookendpoint')),
            ],
            options={
                'ordering': ['-pk'],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('took_ms', models.PositiveIntegerField()),
                ('error', models.CharField(blank=True, max_length=300)),
                ('response', models.CharField(blank=True, max_length=500)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='content.webhookdelivery')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='AuditRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('date', models.DateField()),
                ('at', models.DateTimeField()),
                ('score', models.FloatField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('keys', models.JSONField(default=list)),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audit_runs', to='journeys.journey')),
            ],
            options={
                'ordering': ['journey__slug', '-date'],
                'constraints': [models.UniqueConstraint(fields=('journey', 'date'), name='audit_run_unique_in_journey_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=200)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='content.asset')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.kind')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='address_unique_in_kind')],
            },
        ),
        migrations.AddConstraint(
            model_name='locale',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='locale_default_at_most_one'),
        ),
        migrations.AddIndex(
            model_name='livepath',
            index=models.Index(fields=['path'], name='live_path_by_path'),
        ),
        migrations.AddIndex(
            model_name='livepath',
            index=models.Index(fields=['asset'], name='live_path_by_asset'),
        ),
        migrations.AddConstraint(
            model_name='media',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__gte', 0), ('focal_x__lte', 1), ('focal_y__gte', 0), ('focal_y__lte', 1)), name='media_focal_point_within_the_picture'),
        ),
        migrations.AddConstraint(
            model_name='media',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('height', None), ('width', None)), models.Q(('height__gte', 1), ('width__gte', 1)), _connector='OR'), name='media_width_and_height_go_together'),
        ),
        migrations.AddConstraint(
            model_name='pin',
            constraint=models.UniqueConstraint(fields=('touchpoint', 'asset'), name='pin_unique_at_touchpoint'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('asset', 'stage'), name='placement_unique_for_asset_and_stage'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('priority__lte', 100)), name='placement_priority_at_most_100'),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(condition=models.Q(('cancelled_at', None)), fields=['live_from'], name='edition_starts'),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(condition=models.Q(('cancelled_at', None)), fields=['live_until'], name='edition_ends'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('asset', 'locale', 'number'), name='edition_number_unique_in_asset_and_locale'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('live_until', None), ('live_until__gte', models.F('live_from')), _connector='OR'), name='edition_ends_after_it_begins'),
        ),
        migrations.AddIndex(
            model_name='showing',
            index=models.Index(condition=models.Q(('past', False)), fields=['locale', 'stage', 'segment', 'rank', 'asset'], name='showing_walk'),
        ),
        migrations.AddIndex(
            model_name='showing',
            index=models.Index(fields=['asset', 'locale', 'stage'], name='showing_of_asset'),
        ),
        migrations.AddIndex(
            model_name='showing',
            index=models.Index(condition=models.Q(('past', False), ('segment', -1), ('stage', 0)), fields=['locale', 'signature', 'fallback', 'kind', 'live_from', 'live_until', 'edition', 'asset'], name='showing_alike'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('stage', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('segment', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('channel', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('locale', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('kind', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('term', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('journey', 0, output_field=models.BigIntegerField()), name='target_unique_for_what_it_names'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('maximum', None), ('maximum__gte', models.F('minimum')), _connector='OR'), name='target_maximum_not_below_minimum'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('minimum__isnull', False), ('fresh_days__isnull', False), _connector='OR'), name='target_says_how_much_or_how_often', violation_error_code='says_nothing'),
        ),
        migrations.AddConstraint(
            model_name='expectedstep',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('stage', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('kind', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('term', 0, output_field=models.BigIntegerField()), name='expected_step_unique_for_what_it_names', violation_error_code='expected_already'),
        ),
        migrations.AddConstraint(
            model_name='expectedstep',
            constraint=models.CheckConstraint(condition=models.Q(('stage__isnull', False), ('kind__isnull', False), ('term__isnull', False), _connector='OR'), name='expected_step_names_something', violation_error_code='names_nothing'),
        ),
        migrations.AddConstraint(
            model_name='editionterm',
            constraint=models.UniqueConstraint(fields=('edition', 'term'), name='edition_term_unique'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['-updated_at', '-id'], name='asset_newest_first'),
        ),
        migrations.AddIndex(
            model_name='translation',
            index=models.Index(fields=['status', 'asset'], name='translation_under_way'),
        ),
        migrations.AddConstraint(
            model_name='translation',
            constraint=models.UniqueConstraint(fields=('asset', 'locale'), name='translation_unique_in_asset'),
        ),
        migrations.AddConstraint(
            model_name='teaser',
            constraint=models.UniqueConstraint(fields=('translation', 'stage'), name='teaser_unique_for_stage'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.UniqueConstraint(fields=('translation', 'position'), name='next_step_position_unique'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target_asset__isnull', False), ('target_touchpoint__isnull', True), ('target_url', '')), models.Q(('target_asset__isnull', True), ('target_touchpoint__isnull', False), ('target_url', '')), models.Q(('target_asset__isnull', True), ('target_touchpoint__isnull', True), models.Q(('target_url', ''), _negated=True)), _connector='OR'), name='next_step_has_one_target'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(fields=('vocabulary', 'slug'), name='term_slug_unique_in_vocabulary'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'next_attempt_at'], name='delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('event', 'endpoint'), name='delivery_unique_in_event_and_endpoint'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('endpoint', None)), fields=('event',), name='delivery_to_caches_unique_in_event'),
        ),
    ]
