from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """Make a person who signs in by e-mail. Without a password they can't, until they set one by link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do depends on their membership of a practice, not on this row.

    `is_superuser` marks platform staff: they create practices and first admins, and see no patient.
    """

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self):
        return f"user {self.pk}"

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        """First name, as in “Ana's list”."""
        return self.full_name.split()[0] if self.full_name.strip() else self.email


def display_name(user):
    """What the sign-in pages call a person."""
    return user.full_name or user.email
