from django.apps import AppConfig
from django.db.models.signals import post_migrate


def raise_wall_after_migrate(sender, using, plan=(), **_kwargs):
    from .wall import raise_wall

    raise_wall(using=using)


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        post_migrate.connect(raise_wall_after_migrate, sender=self, dispatch_uid="raise_wall")
