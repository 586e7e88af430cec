"""Messages from those who lead to an agent's desk: sent, shown until closed, and known as read from then on."""

from .models import DeskMessage


def send(*, agent, text, key, by, now):
    """Put a message on the agent's desk. Returns it; the same key sends once, so that a second click adds nothing."""
    message, _is_new = DeskMessage.objects.get_or_create(
        key=key, defaults={"agent": agent, "text": text, "sent_by": by, "sent_at": now}
    )
    return message


def unread(*, agent):
    """What stands on the agent's desk, the oldest first."""
    return DeskMessage.objects.unread().filter(agent=agent).select_related("sent_by__user").order_by("sent_at", "pk")


def close(*, message, now):
    """The agent has read it; closing it again changes nothing."""
    DeskMessage.objects.unread().filter(pk=message.pk).update(read_at=now)


def latest(*, agent, most=10):
    """The last messages to an agent, the newest first, read or not."""
    return DeskMessage.objects.filter(agent=agent).select_related("sent_by__user").order_by("-sent_at", "-pk")[:most]
