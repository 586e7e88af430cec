"""Platform staff create a practice and its first admin. Reads and shows no patient data."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from accounts.people import HasPassword, join_key, password_key
from campaigns.practice_setup import create_practice


class Command(BaseCommand):
    help = "Create a practice with the default dispositions and a first admin; prints the admin's one-time link."

    def add_arguments(self, parser):
        parser.add_argument("--slug", required=True, help="short name in addresses, as in bayview-eye")
        parser.add_argument("--name", required=True)
        parser.add_argument("--time-zone", required=True, help="IANA name, as in America/Chicago")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)

    def handle(self, *args, **options):
        try:
            validate_email(options["admin_email"])
            practice, admin = create_practice(
                slug=options["slug"],
                name=options["name"],
                time_zone=options["time_zone"],
                admin_email=options["admin_email"],
                admin_name=options["admin_name"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"Created {practice.slug}.")
        self.stdout.write(self._way_in(admin))

    def _way_in(self, admin):
        if admin.is_waiting:
            path = reverse("join", kwargs={"key": join_key(membership=admin)})
            return f"The admin works elsewhere too; signed in, they join here: {path}"
        try:
            uid, key = password_key(membership=admin).split("-", 1)
        except HasPassword:
            return "The admin signs in with the password they have."
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
        return f"The admin sets a password here, once: {path}"
