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
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(editable=False, max_length=16, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('scopes', models.JSONField(error_messages={'blank': 'Choose at least one scope.'}, validators=[content.models.access_token.validate_scopes])),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_system', models.BooleanField(default=False, editable=False)),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('add', 'change', 'view'),
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300, unique=True)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'permissions': [('assign_finding', 'Can hand findings of the audit to somebody')],
            },
        ),
        migrations.CreateModel(
            name='AuditRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audit_runs', to='journeys.journey')),
                ('date', models.DateField()),
                ('at', models.DateTimeField()),
                ('score', models.FloatField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('keys', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['journey__slug', '-date'],
                'constraints': [models.UniqueConstraint(fields=('journey', 'date'), name='audit_run_unique_in_journey_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=content.models.event.new_uid, editable=False, max_length=40, unique=True, verbose_name='id')),
                ('type', models.CharField(max_length=30)),
                ('occurred_at', models.DateTimeField(verbose_name='occurred')),
                ('publication', models.PositiveBigIntegerField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('keys', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=content.clock.now)),
                ('fanned_at', models.DateTimeField(null=True, verbose_name='handed on')),
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
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('description', models.TextField(blank=True)),
                ('schema', models.JSONField(help_text='JSON Schema 2020-12 of an object. “x-localized”: false puts a field on the asset; “x-window”: “from” or “until” lets a date bound when an edition is shown.', validators=[content.fields.validate_schema])),
                ('url_templates', models.JSONField(blank=True, default=dict, help_text='Where your site shows it, per locale; "" stands for all others. {locale} is the text’s.', validators=[content.models.kind.validate_url_templates])),
                ('review', models.BooleanField(default=False, help_text='A text of this kind is published only as somebody approved it.', verbose_name='review before publishing')),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='kind_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Locale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=35, unique=True, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Write a language code like nb or pt-BR.', 'locale_code')])),
                ('title', models.CharField(help_text="The language's own name, like Norsk bokmål.", max_length=80)),
                ('fallback', models.ForeignKey(blank=True, help_text='The language shown where this one has no text. A chain, without loops.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fallen_back_from', to='content.locale')),
                ('is_default', models.BooleanField(default=False, help_text='The language of a request that names none.')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='locale_default_at_most_one')],
            },
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(editable=False, max_length=40, unique=True)),
                ('title', models.CharField(help_text='What editors call it, and what a downloaded file is called.', max_length=200)),
                ('mime', models.CharField(editable=False, max_length=80, verbose_name='type')),
                ('size', models.PositiveBigIntegerField(editable=False, help_text='In bytes, without its renditions.')),
                ('width', models.PositiveIntegerField(editable=False, null=True)),
                ('height', models.PositiveIntegerField(editable=False, null=True)),
                ('focal_x', models.FloatField(default=0.5, help_text='0 is the left edge, 1 the right one.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, across')),
                ('focal_y', models.FloatField(default=0.5, help_text='0 is the upper edge, 1 the lower one.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='focal point, down')),
                ('digest', models.CharField(db_index=True, editable=False, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                ('by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name_plural': 'media',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('focal_x__gte', 0), ('focal_x__lte', 1), ('focal_y__gte', 0), ('focal_y__lte', 1)), name='media_focal_point_within_the_picture'), models.CheckConstraint(condition=models.Q(models.Q(('height', None), ('width', None)), models.Q(('height__gte', 1), ('width__gte', 1)), _connector='OR'), name='media_width_and_height_go_together')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField(unique=True)),
                ('action', models.CharField(choices=[('publish', 'Publish'), ('withdraw', 'Withdraw'), ('recall', 'Recall'), ('reschedule', 'Reschedule'), ('restore', 'Restore')], max_length=10)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='publications', to=settings.AUTH_USER_MODEL)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('visible', models.BooleanField(default=True, editable=False)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='PublishedState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('at', models.DateTimeField(null=True)),
                ('recalled', models.PositiveBigIntegerField(default=0)),
                ('swept_until', models.DateTimeField(null=True)),
                ('told_map', models.CharField(blank=True, max_length=40)),
                ('shown_number', models.PositiveBigIntegerField(default=0)),
                ('shown_at', models.DateTimeField(null=True)),
                ('answered_number', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'published state',
            },
        ),
        migrations.CreateModel(
            name='Vocabulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
            ],
            options={
                'verbose_name_plural': 'vocabularies',
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='vocabulary_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('vocabulary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='content.vocabulary')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='content.term')),
                ('public', models.BooleanField(default=False, help_text='Readers may know of it before a text with it is live. After that they do in any case.', verbose_name='public already')),
                ('shown_since', models.DateTimeField(editable=False, null=True, verbose_name='known to readers since')),
            ],
            options={
                'ordering': ['vocabulary__slug', 'slug'],
                'constraints': [models.UniqueConstraint(fields=('vocabulary', 'slug'), name='term_slug_unique_in_vocabulary')],
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='content.kind')),
                ('name', models.CharField(help_text='What editors call it.', max_length=200)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='owned_assets', to=settings.AUTH_USER_MODEL)),
                ('review_date', models.DateField(blank=True, help_text='When somebody should read it again.', null=True)),
                ('brief', models.TextField(blank=True, help_text='What it is to say, to whom and why: for whoever writes it. Readers never see it.')),
                ('due', models.DateField(blank=True, help_text='When it should be ready to be published.', null=True)),
                ('no_stage_reason', models.CharField(blank=True, help_text='For content that belongs to no stage, such as a privacy policy. Empty otherwise.', max_length=200, verbose_name='no stage, because')),
                ('fields', models.JSONField(blank=True, default=dict, verbose_name='shared fields')),
                ('image', models.ForeignKey(blank=True, help_text='The picture that stands for it, in all languages; what it shows is said with each text.', limit_choices_to={'width__isnull': False}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='content.media')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('terms', models.ManyToManyField(blank=True, related_name='assets', to='content.term')),
            ],
            options={
                'ordering': ['-updated_at', '-pk'],
                'permissions': [('edit_any_asset', 'Can edit what others own'), ('publish_asset', 'Can publish, schedule and withdraw')],
                'indexes': [models.Index(fields=['-updated_at', '-id'], name='asset_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.kind')),
                ('slug', models.CharField(max_length=200)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='content.asset')),
            ],
            options={
                'verbose_name_plural': 'addresses',
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='address_unique_in_kind')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.asset')),
                ('locale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.locale')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.kind')),
                ('number', models.PositiveIntegerField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.publication')),
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
            ],
            options={
                'ordering': ['asset', 'locale', '-number'],
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None)), fields=['live_from'], name='edition_starts'), models.Index(condition=models.Q(('cancelled_at', None)), fields=['live_until'], name='edition_ends')],
                'constraints': [models.UniqueConstraint(fields=('asset', 'locale', 'number'), name='edition_number_unique_in_asset_and_locale'), models.CheckConstraint(condition=models.Q(('live_until', None), ('live_until__gte', models.F('live_from')), _connector='OR'), name='edition_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='EditionMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='content.edition')),
                ('stage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.stage')),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.segment')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.channel')),
                ('touchpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='journeys.touchpoint')),
                ('media', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='content.media')),
            ],
            options={
                'verbose_name': 'published edition',
            },
        ),
        migrations.CreateModel(
            name='EditionTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edition_terms', to='content.edition')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.term')),
            ],
            options={
                'verbose_name': 'published term',
                'constraints': [models.UniqueConstraint(fields=('edition', 'term'), name='edition_term_unique')],
            },
        ),
        migrations.CreateModel(
            name='ExpectedStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='journeys.stage')),
                ('kind', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='content.kind')),
                ('term', models.ForeignKey(blank=True, help_text='Empty: with any term or none. A term stands for those below it too.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='expected_steps', to='content.term')),
                ('intents', models.JSONField(default=list, validators=[journeys.phases.validate_intents])),
                ('note', models.CharField(blank=True, help_text='Why, for whoever wonders later.', max_length=300)),
                ('preset', models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('stage', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('kind', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('term', 0, output_field=models.BigIntegerField()), name='expected_step_unique_for_what_it_names', violation_error_code='expected_already', violation_error_message='A step is expected of exactly these already; change that one.'), models.CheckConstraint(condition=models.Q(('stage__isnull', False), ('kind__isnull', False), ('term__isnull', False), _connector='OR'), name='expected_step_names_something', violation_error_code='names_nothing', violation_error_message='Name a stage, a kind or a term; nothing is expected of everything.')],
            },
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500, unique=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='content.asset')),
                ('locale', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='content.locale')),
            ],
            options={
                'verbose_name_plural': 'former addresses',
                'ordering': ['path'],
            },
        ),
        migrations.CreateModel(
            name='LivePath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.TextField()),
                ('asset', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.asset')),
                ('locale', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.locale')),
                ('edition', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.edition')),
                ('live_from', models.BigIntegerField()),
                ('live_until', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['path'], name='live_path_by_path'), models.Index(fields=['asset'], name='live_path_by_asset')],
            },
        ),
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('touchpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='journeys.touchpoint')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='content.asset')),
                ('position', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'ordering': ['touchpoint', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('touchpoint', 'asset'), name='pin_unique_at_touchpoint')],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='content.asset')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='journeys.stage')),
                ('priority', models.PositiveSmallIntegerField(default=50, help_text='0–100; higher stands first.', validators=[django.core.validators.MaxValueValidator(100)])),
                ('segments', models.ManyToManyField(blank=True, help_text='None: for everyone.', related_name='placements', to='journeys.segment')),
                ('channels', models.ManyToManyField(blank=True, help_text='None: any channel.', related_name='placements', to='journeys.channel')),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('asset', 'stage'), name='placement_unique_for_asset_and_stage'), models.CheckConstraint(condition=models.Q(('priority__lte', 100)), name='placement_priority_at_most_100')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='refusal', to='content.asset')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('findings', models.JSONField()),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Showing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locale', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='content.locale')),
                ('stage', models.BigIntegerField()),
                ('segment', models.BigIntegerField()),
                ('rank', models.BigIntegerField()),
                ('asset', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.asset')),
                ('edition', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.edition')),
                ('channels', models.BigIntegerField()),
                ('fallback', models.PositiveSmallIntegerField()),
                ('kind', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.kind')),
                ('signature', models.BigIntegerField(default=0)),
                ('live_from', models.BigIntegerField()),
                ('live_until', models.BigIntegerField()),
                ('past', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('past', False)), fields=['locale', 'stage', 'segment', 'rank', 'asset'], name='showing_walk'), models.Index(fields=['asset', 'locale', 'stage'], name='showing_of_asset'), models.Index(condition=models.Q(('past', False), ('segment', -1), ('stage', 0)), fields=['locale', 'signature', 'fallback', 'kind', 'live_from', 'live_until', 'edition', 'asset'], name='showing_alike')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300, unique=True)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='source', to='content.asset')),
                ('hashes', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('journey', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.journey')),
                ('stage', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.stage')),
                ('segment', models.ForeignKey(blank=True, help_text='Empty: any. Only this segment itself, not those below it.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.segment')),
                ('channel', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='journeys.channel')),
                ('locale', models.ForeignKey(blank=True, help_text='Empty: any.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.locale')),
                ('kind', models.ForeignKey(blank=True, help_text='Empty: of all kinds together.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.kind')),
                ('term', models.ForeignKey(blank=True, help_text='Empty: whatever its terms. Only this term itself, not those below it.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='content.term')),
                ('minimum', models.PositiveSmallIntegerField(blank=True, default=1, help_text='Fewer are a gap; 0 where nothing is needed here. Empty: this target does not say how much.', null=True)),
                ('maximum', models.PositiveSmallIntegerField(blank=True, default=5, help_text='More are too many. Empty: never too many.', null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('fresh_days', models.PositiveSmallIntegerField(blank=True, help_text='The audit warns where nothing new went live for longer. Empty: no matter.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='something new at least every … days')),
                ('note', models.CharField(blank=True, help_text='Why, for whoever wonders later.', max_length=300)),
                ('preset', models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                'ordering': ['stage__journey__slug', 'stage__position', 'pk'],
                'permissions': [('view_coverage', 'Can see where the journeys have nothing to say')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('stage', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('segment', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('channel', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('locale', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('kind', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('term', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('journey', 0, output_field=models.BigIntegerField()), name='target_unique_for_what_it_names', violation_error_message='There is a target for exactly this already; change that one.'), models.CheckConstraint(condition=models.Q(('maximum', None), ('maximum__gte', models.F('minimum')), _connector='OR'), name='target_maximum_not_below_minimum', violation_error_message='The maximum may not be below the minimum.'), models.CheckConstraint(condition=models.Q(('minimum__isnull', False), ('fresh_days__isnull', False), _connector='OR'), name='target_says_how_much_or_how_often', violation_error_code='says_nothing', violation_error_message='Say how much there should be, or how often something new.')],
            },
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='content.asset')),
                ('locale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='content.locale')),
                ('slug', models.SlugField(allow_unicode=True, max_length=200)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('image_alt', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it. Empty if it only decorates.', max_length=500, verbose_name='alternative text of the picture')),
                ('seo_title', models.CharField(blank=True, max_length=300, verbose_name='SEO title')),
                ('seo_description', models.TextField(blank=True, verbose_name='SEO description')),
                ('published_at', models.DateTimeField(blank=True, help_text='The date readers see. Empty: when it first goes live in this language.', null=True)),
                ('market_bound', models.BooleanField(default=False, help_text='Prices, payment, law: never shown to readers of another language.')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('approved', 'approved')], default='draft', editable=False, max_length=10)),
                ('assignee', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned', to=settings.AUTH_USER_MODEL)),
                ('approved_print', models.CharField(blank=True, editable=False, max_length=40)),
                ('copied_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='content.locale')),
                ('copied_print', models.CharField(blank=True, editable=False, max_length=40)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['asset', 'locale__code'],
                'permissions': [('review_translation', 'Can approve what is to be published, or send it back')],
                'indexes': [models.Index(fields=['status', 'asset'], name='translation_under_way')],
                'constraints': [models.UniqueConstraint(fields=('asset', 'locale'), name='translation_unique_in_asset')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='content.translation')),
                ('action', models.CharField(choices=[('comment', 'commented'), ('submit', 'asked for review'), ('approve', 'approved'), ('send_back', 'sent back')], default='comment', max_length=10)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('text', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NextStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to='content.translation')),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('intent', models.CharField(choices=[('learn_more', 'Learn More'), ('compare', 'Compare'), ('read_reviews', 'Read Reviews'), ('subscribe', 'Subscribe'), ('follow', 'Follow'), ('download', 'Download'), ('try', 'Try'), ('contact', 'Contact'), ('start_purchase', 'Start Purchase'), ('buy', 'Buy'), ('get_started', 'Get Started'), ('get_help', 'Get Help'), ('give_feedback', 'Give Feedback'), ('revisit', 'Revisit'), ('write_review', 'Write Review'), ('refer', 'Refer'), ('join_group', 'Join Group'), ('complement', 'Complement')], default='learn_more', max_length=20)),
                ('label', models.CharField(max_length=80)),
                ('target_asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_to_from', to='content.asset', verbose_name='asset')),
                ('target_touchpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journeys.touchpoint', verbose_name='touchpoint')),
                ('target_url', models.CharField(blank=True, max_length=2000, validators=[journeys.addresses.validate_address], verbose_name='address')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('translation', 'position'), name='next_step_position_unique'), models.CheckConstraint(condition=models.Q(models.Q(('target_asset__isnull', False), ('target_touchpoint__isnull', True), ('target_url', '')), models.Q(('target_asset__isnull', True), ('target_touchpoint__isnull', False), ('target_url', '')), models.Q(('target_asset__isnull', True), ('target_touchpoint__isnull', True), models.Q(('target_url', ''), _negated=True)), _connector='OR'), name='next_step_has_one_target')],
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='share_links', to='content.translation')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('document', models.BinaryField()),
                ('placements', models.JSONField(blank=True, default=list)),
                ('teasers', models.JSONField(blank=True, default=dict)),
                ('steps', models.JSONField(blank=True, default=list)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='for whom')),
                ('created_at', models.DateTimeField(verbose_name='shared')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='shared by')),
                ('by_system', models.BooleanField(default=False, editable=False)),
                ('expires_at', models.DateTimeField(verbose_name='open until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('last_opened_at', models.DateTimeField(blank=True, null=True, verbose_name='last opened')),
                ('openings', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'permissions': [('share_asset', 'Can share drafts by link, and revoke such links')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Teaser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teasers', to='content.translation')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.stage')),
                ('text', models.TextField()),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('translation', 'stage'), name='teaser_unique_for_stage')],
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=300)),
                ('reason', models.CharField(max_length=500)),
                ('until', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='waivers', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'permissions': [('waive_finding', 'Can accept what a publishing gate refuses')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Whose it is, and what for.', max_length=100)),
                ('url', models.CharField(help_text='Where events are sent by POST: https://…', max_length=500, validators=[content.models.webhook_endpoint.validate_url], verbose_name='address')),
                ('types', models.JSONField(blank=True, default=list, help_text='Which events it wants. None: all.', validators=[content.models.webhook_endpoint.validate_types], verbose_name='events')),
                ('secret', content.models.encrypted.EncryptedField(editable=False)),
                ('old_secret', content.models.encrypted.EncryptedField(blank=True, editable=False)),
                ('old_secret_until', models.DateTimeField(editable=False, null=True)),
                ('enabled', models.BooleanField(default=True, editable=False)),
                ('disabled_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='disabled, because')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='content.event')),
                ('endpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='content.webhookendpoint')),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='pending', max_length=10)),
                ('attempt_count', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(null=True, verbose_name='next attempt')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
            ],
            options={
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-pk'],
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'next_attempt_at'], name='delivery_due')],
                'constraints': [models.UniqueConstraint(fields=('event', 'endpoint'), name='delivery_unique_in_event_and_endpoint'), models.UniqueConstraint(condition=models.Q(('endpoint', None)), fields=('event',), name='delivery_to_caches_unique_in_event')],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='content.webhookdelivery')),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('took_ms', models.PositiveIntegerField(verbose_name='took (ms)')),
                ('error', models.CharField(blank=True, max_length=300)),
                ('response', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
    ]
