from django.db import migrations

TABLES = ("incomingrow", "incomingphone", "incomingencounter", "incomingvisit", "incomingmatch", "incomingperson")


class Migration(migrations.Migration):
    """What is staged can be read again from the file's copy, so it need not survive a crash of the database."""

    dependencies = [("imports", "0006_files_in_chunks")]

    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE imports_{table} SET UNLOGGED" for table in TABLES],
            [f"ALTER TABLE imports_{table} SET LOGGED" for table in TABLES],
        )
    ]
