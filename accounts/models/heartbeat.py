from django.db import models


class Heartbeat(models.Model):
    """When a process that works in the background last gave a sign. One row a name; global, it is no practice's.

    Written and read by accounts/heartbeat.py, on the database's clock.
    """

    class Name(models.TextChoices):
        BEAT = "BEAT", "Scheduler (beat)"
        WORKER = "WORKER", "Worker"

    name = models.CharField(max_length=6, choices=Name.choices, primary_key=True)
    at = models.DateTimeField(help_text="The last sign of life, by the database's clock")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(name__in=["BEAT", "WORKER"]), name="heartbeat_name")]

    def __str__(self):
        return f"heartbeat {self.name}"
