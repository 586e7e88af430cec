"""Tags for the pieces of a page: icons, badges, figures, charts, empty states, navigation."""

from functools import cache

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..models import Membership
from ..words import LANGUAGES, WEEKDAYS

register = template.Library()
Role = Membership.Role

TONE_ICONS = {
    "success": "circle-check",
    "warn": "alert-triangle",
    "danger": "alert-octagon",
    "info": "info-circle",
    "neutral": "circle-dashed",
    "accent": "point-filled",
}
# The tags of django.contrib.messages, in our tones.
MESSAGE_TONES = {"success": "success", "warning": "warn", "error": "danger", "info": "info", "debug": "neutral"}
LEADS = (Role.SUPERVISOR, Role.ADMIN)
# View, label, icon, and the roles that may open it.
MENU = [
    ("reports:floor", "Floor", "radar-2", LEADS),
    ("campaigns:desk", "My list", "list-check", Role.values),
    ("campaigns:call", "Call", "phone", Role.values),
    ("campaigns:list", "Campaigns", "speakerphone", LEADS),
    ("campaigns:callbacks", "Callbacks", "calendar-time", Role.values),
]
# Groups of pages, each under one button with a label and an icon.
MENU_GROUPS = [
    (
        "Reports",
        "chart-bar",
        [
            ("reports:dashboard", "Dashboard", "layout-dashboard", LEADS),
            ("reports:tracker", "Tracker", "table", LEADS),
            ("reports:agents", "Agents’ day", "users", LEADS),
            ("campaigns:roi", "Return on investment", "coin", LEADS),
            ("reports:wallboard", "Wallboard", "device-tv", LEADS),
            ("reports:mails", "Reports by e-mail", "mail", LEADS),
        ],
    ),
    (
        "Records",
        "folder",
        [
            ("campaigns:number_repair", "Number repair", "phone-plus", LEADS),
            ("campaigns:doubles", "Doubles", "users-group", LEADS),
        ],
    ),
    (
        "Setup",
        "adjustments",
        [
            ("campaigns:setup", "First steps", "checklist", (Role.ADMIN,)),
            ("campaigns:practice", "Practice", "building-hospital", (Role.ADMIN,)),
            ("campaigns:directory", "Locations and providers", "map-pin", (Role.ADMIN,)),
            ("accounts:users", "Users", "users", (Role.ADMIN,)),
            ("imports:list", "Imports", "file-import", (Role.ADMIN,)),
            ("imports:profiles", "File layouts", "columns", (Role.ADMIN,)),
            ("campaigns:dispositions", "Dispositions", "tags", (Role.ADMIN,)),
            ("campaigns:calling_rules", "Calling rules", "clock-shield", (Role.ADMIN,)),
            ("campaigns:desk_settings", "Desk settings", "headset", (Role.ADMIN,)),
            ("campaigns:scripts", "Scripts", "script", LEADS),
            ("accounts:tokens", "API tokens", "key", (Role.ADMIN,)),
        ],
    ),
]


@cache
def _shape(name):
    """The drawing inside a Tabler icon's <svg>; `x-filled` is read from the filled set.

    Raises FileNotFoundError for an unknown name: a page with a missing icon is a bug to see in a test, not to hide.
    """
    folder, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    svg = (settings.ICONS_DIR / folder / f"{stem}.svg").read_text(encoding="utf-8")
    return svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")].strip()


@register.simple_tag
def icon(name, label=""):
    """An inline icon. Decoration by default; with `label` it is an image with that name."""
    paint = 'fill="currentColor"' if name.endswith("-filled") else 'fill="none" stroke="currentColor"'
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" {} stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        mark_safe(paint),  # noqa: S308 one of two constants
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        mark_safe(_shape(name)),  # noqa: S308 a file of the icon package
    )


@register.simple_tag
def badge(text, tone="neutral", icon_name=""):
    """A status: word and icon on a tinted ground, so that color is never the only sign."""
    return format_html('<span class="badge-status tone-{}">{}{}</span>', tone, icon(icon_name or TONE_ICONS[tone]), text)


@register.filter
def tone_icon(tone):
    return TONE_ICONS[tone]


@register.filter
def message_tone(message):
    return MESSAGE_TONES.get(message.level_tag, "info")


@register.inclusion_tag("components/stat.html")
def stat(label, value, base="", **more):
    """A figure with its label and what it is a part of ("42 of 200").

    more: icon, tone, unit (small, after the value), delta ("+3 pts since yesterday") with delta_tone,
    done and total (draws a progress bar).
    """
    return {"label": label, "value": value, "base": base, **more}


@register.inclusion_tag("components/progress.html")
def progress(label, done, total, tone="accent"):
    """A labeled progress bar with real counts. `total` 0 or None means that it is not known yet."""
    return {"label": label, "done": done, "total": total or 0, "tone": tone}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title, text, icon_name="inbox", action_url="", action_label="", action_icon="", heading="h2"):
    """Says what would stand here, why nothing does, and the one thing to do about it. `heading`: h1 if it is the page."""
    return {
        "title": title,
        "text": text,
        "icon_name": icon_name,
        "action_url": action_url,
        "action_label": action_label,
        "action_icon": action_icon,
        "heading": heading,
    }


@register.simple_block_tag
def table_frame(content, label, size=""):
    """Lets a wide table scroll inside its card, also by keyboard. size "tall" gives it a height of its own."""
    return format_html('<div class="table-frame {}" role="region" aria-label="{}" tabindex="0">{}</div>', size, label, content)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form):
    """What is wrong with a form, above it, with links to the fields."""
    found = [("", error) for error in form.non_field_errors()] if form.is_bound else []
    for field in form if form.is_bound else []:
        target = field.id_for_label or f"div_{field.auto_id}"
        found += [(target, f"{field.label}: {error}") for error in field.errors]
    return {"errors": found}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context, page):
    """Range, previous and next of a `Page`; keeps the other parameters of the address."""
    return {"page": page, "request": context["request"]}


def _menu_url(view_name, practice):
    try:
        return reverse(view_name, kwargs={"practice_slug": practice.slug})
    except NoReverseMatch:  # a page that is not part of this installation
        return ""


def _menu_items(rows, membership, practice):
    items = [
        {"url": _menu_url(view_name, practice), "label": label, "icon_name": icon_name, "current": ""}
        for view_name, label, icon_name, roles in rows
        if membership.role in roles
    ]
    return [item for item in items if item["url"]]


@register.inclusion_tag("components/main_menu.html", takes_context=True)
def main_menu(context):
    """The pages of the practice that the person's role opens; the one whose address fits best is current."""
    path, place = context["request"].path, (context["membership"], context["practice"])
    items = _menu_items(MENU, *place)
    groups = [
        {"label": label, "icon_name": icon_name, "items": _menu_items(rows, *place)} for label, icon_name, rows in MENU_GROUPS
    ]
    fitting = [item for item in items + [item for group in groups for item in group["items"]] if path.startswith(item["url"])]
    if fitting:
        nearest = max(fitting, key=lambda item: len(item["url"]))
        nearest["current"] = "page" if path == nearest["url"] else "true"
    for group in groups:
        group["is_current"] = any(item["current"] for item in group["items"])
    return {"items": items, "groups": [group for group in groups if group["items"]]}


@register.filter
def weekday_names(days):
    """ISO weekdays as words: a run as "Mon–Fri", others one by one."""
    days = sorted(days)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}–{WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in days)


@register.filter
def language_names(codes):
    """ISO 639-1 codes as words."""
    return ", ".join(LANGUAGES.get(code, code) for code in codes)
