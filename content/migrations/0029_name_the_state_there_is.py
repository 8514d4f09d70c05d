from django.db import migrations

ALL_WERE_SEEN = "UPDATE content_publishedstate SET shown_number = number, shown_at = at, answered_number = number"


class Migration(migrations.Migration):
    dependencies = [("content", "0028_name_states_by_what_is_seen")]

    operations = [migrations.RunSQL(ALL_WERE_SEEN, migrations.RunSQL.noop)]
