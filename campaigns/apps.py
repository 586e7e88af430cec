from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self):
        from accounts import people

        from .handover import give_back

        people.when_leaving(give_back)
