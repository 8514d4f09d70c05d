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
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('description', models.TextField(blank=True)),
                ('is_digital', models.BooleanField(default=True, verbose_name='digital')),
                ('ownership', models.CharField(choices=[('owned', 'Owned'), ('earned', 'Earned'), ('paid', 'Paid')], default='owned', max_length=6)),
                ('title_limit', models.PositiveSmallIntegerField(blank=True, help_text='Longest title, in characters.', null=True)),
                ('summary_limit', models.PositiveSmallIntegerField(blank=True, help_text='Longest summary, in characters.', null=True)),
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
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('original_title', models.CharField(blank=True, help_text="The name in the model's own language.", max_length=200)),
                ('description', models.TextField(blank=True)),
                ('preset', models.SlugField(blank=True, editable=False, max_length=80)),
                ('is_default', models.BooleanField(default=False, help_text='Whose stage words the API uses when none are named.')),
                ('closing_intent', models.CharField(choices=[('learn_more', 'Learn More'), ('compare', 'Compare'), ('read_reviews', 'Read Reviews'), ('subscribe', 'Subscribe'), ('follow', 'Follow'), ('download', 'Download'), ('try', 'Try'), ('contact', 'Contact'), ('start_purchase', 'Start Purchase'), ('buy', 'Buy'), ('get_started', 'Get Started'), ('get_help', 'Get Help'), ('give_feedback', 'Give Feedback'), ('revisit', 'Revisit'), ('write_review', 'Write Review'), ('refer', 'Refer'), ('join_group', 'Join Group'), ('complement', 'Complement')], default='contact', max_length=20)),
                ('closing_label', models.CharField(blank=True, help_text='For example “Talk to us”.', max_length=80)),
                ('closing_labels', models.JSONField(blank=True, default=dict, validators=[journeys.models.mapped.validate_texts])),
                ('closing_url', models.CharField(blank=True, help_text='A path on your site, or an address. Empty: no closing step.', max_length=500, validators=[journeys.addresses.validate_address])),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='journey_slug_unique'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='journey_default_at_most_one')],
            },
        ),
        migrations.CreateModel(
            name='MapVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=36)),
            ],
            options={
                'verbose_name': 'map version',
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='journeys.segment')),
                ('description', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='segment_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='journeys.journey')),
                ('position', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
                ('original_title', models.CharField(blank=True, help_text="The name in the model's own language.", max_length=200)),
                ('phases', models.JSONField(default=list, validators=[journeys.models.stage.validate_phases])),
                ('is_entry', models.BooleanField(default=False, help_text='Journeys begin here.', verbose_name='entry')),
                ('is_goal', models.BooleanField(default=False, help_text='Somewhere we want the customer to arrive.', verbose_name='goal')),
                ('intent', models.CharField(choices=[('learn_more', 'Learn More'), ('compare', 'Compare'), ('read_reviews', 'Read Reviews'), ('subscribe', 'Subscribe'), ('follow', 'Follow'), ('download', 'Download'), ('try', 'Try'), ('contact', 'Contact'), ('start_purchase', 'Start Purchase'), ('buy', 'Buy'), ('get_started', 'Get Started'), ('get_help', 'Get Help'), ('give_feedback', 'Give Feedback'), ('revisit', 'Revisit'), ('write_review', 'Write Review'), ('refer', 'Refer'), ('join_group', 'Join Group'), ('complement', 'Complement')], default='learn_more', help_text='Of a step that leads here.', max_length=20)),
                ('purpose', models.TextField(blank=True, help_text='What our communication does at this stage.')),
                ('question', models.TextField(blank=True, help_text="What the customer asks, in the customer's words.")),
                ('need', models.TextField(blank=True, help_text='What the customer needs.')),
                ('barrier', models.TextField(blank=True, help_text='What makes the customer stall or leave.')),
                ('goals', models.JSONField(blank=True, default=list, validators=[journeys.models.stage.validate_lines])),
            ],
            options={
                'ordering': ['journey__slug', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('journey', 'slug'), name='stage_slug_unique_in_journey')],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='journeys.stage')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='journeys.channel')),
                ('role', models.CharField(blank=True, help_text='What the channel is for at this stage.', max_length=300)),
            ],
            options={
                'ordering': ['stage', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('stage', 'channel'), name='recommendation_unique_for_stage_and_channel')],
            },
        ),
        migrations.AddField(
            model_name='stage',
            name='channels',
            field=models.ManyToManyField(related_name='stages', through='journeys.Recommendation', to='journeys.channel'),
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='How the API names it. Fixed once something published names it.', max_length=80)),
                ('title', models.CharField(help_text='What readers and editors see.', max_length=200)),
                ('titles', models.JSONField(blank=True, default=dict, help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.', validators=[journeys.models.mapped.validate_texts])),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.journey')),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.stage')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='journeys.channel')),
                ('filters', models.JSONField(blank=True, default=dict, help_text='Default filters, like {"kind": "faq"}.', validators=[journeys.models.touchpoint.validate_filters])),
                ('description', models.TextField(blank=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='owned_touchpoints', to=settings.AUTH_USER_MODEL)),
                ('review_date', models.DateField(blank=True, help_text='When somebody should look at it again.', null=True)),
                ('review_every', models.PositiveSmallIntegerField(blank=True, help_text='After it was looked at, again in … days.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='touchpoint_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ways_out', to='journeys.stage')),
                ('to_stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ways_in', to='journeys.stage')),
                ('segments', models.ManyToManyField(blank=True, help_text="None: for everyone. A segment's children count too.", related_name='transitions', to='journeys.segment')),
            ],
            options={
                'ordering': ['from_stage__journey__slug', 'from_stage__position', 'to_stage__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('from_stage', 'to_stage'), name='transition_unique_between_two_stages'), models.CheckConstraint(condition=models.Q(('from_stage', models.F('to_stage')), _negated=True), name='transition_leads_to_another_stage')],
            },
        ),
    ]
