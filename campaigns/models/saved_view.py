from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel


class SavedViewQuerySet(models.QuerySet):
    def seen_by(self, member):
        """Those a member may open: their own, and what others share."""
        return self.filter(Q(owner=member) | Q(is_shared=True))

    def own(self, member):
        """Those of a member, shared or not."""
        return self.filter(owner=member)


class SavedView(PracticeModel):
    """A part of the tracker that somebody keeps under a name: filters, sort and columns as the address says them.

    What stands in `query` is read again when the view is opened: a campaign or agent may be gone by then.
    """

    owner = PracticeForeignKey(Membership, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    is_shared = models.BooleanField(default=False, help_text="All who lead in the practice see it")
    query = models.CharField(max_length=1000, blank=True, help_text="Ids, codes and dates; never a name")
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("practice", "owner", Lower("name"), name="saved_view_name_of_owner")]

    def __str__(self):
        return f"saved view {self.pk}"
