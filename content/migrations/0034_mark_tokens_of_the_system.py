from django.db import migrations

# Until now nobody stood behind a token from the command line. Links to drafts were always made by a person.
MARK = "UPDATE content_accesstoken SET by_system = TRUE WHERE created_by_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("content", "0033_issued_by_the_system")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
