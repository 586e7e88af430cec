"""The pieces of a page, and rules that every template of the product keeps."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from accounts.templatetags import ui

# Mails are read outside of our pages, where the policy does not reach.
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html") if path.parent.name != "mail")
FORBIDDEN = {
    "style attribute": r"<[^>%]*\sstyle\s*=",
    "event handler": r"<[^>%]*\son[a-z]+\s*=",
    "hx-on handler": r"\shx-on",
    "inline script": r"<script(?![^>]*\s(src|type=\"application/json\")[ =>])",
    "inline style": r"<style",
    "evaluated value": r"=[\"'](js|javascript):",
    "foreign address": r"(src|href)=\"(https?:)?//",
}


def render(source, **context):
    return engines["django"].from_string("{% load ui %}" + source).render(context, context.pop("request", None))


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_breaks_the_content_security_policy(rule):
    found = [path.name for path in TEMPLATES if re.search(FORBIDDEN[rule], path.read_text(), re.IGNORECASE)]

    assert found == []


def test_every_icon_named_in_a_template_exists():
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text())}
    named |= set(ui.TONE_ICONS.values()) | {icon_name for _label, icon_name, _rows in ui.MENU_GROUPS}
    rows = [row for _label, _icon, rows in ui.MENU_GROUPS for row in rows]
    named |= {icon_name for _view, _label, icon_name, _roles in ui.MENU + rows}

    assert all(ui._shape(name) for name in named)
    assert len(named) > 20


def test_an_unknown_icon_is_an_error():
    with pytest.raises(FileNotFoundError):
        ui.icon("no-such-icon")


def test_an_icon_is_decoration_unless_it_has_a_name():
    assert 'aria-hidden="true"' in ui.icon("phone")
    assert 'role="img" aria-label="Call &quot;home&quot;"' in ui.icon("phone", label='Call "home"')
    assert 'fill="currentColor"' in ui.icon("star-filled")


def test_a_badge_is_a_word_with_an_icon_and_escapes_it():
    badge = ui.badge("<b>Answered</b>", "success")

    assert re.sub("<svg.*?</svg>", "[icon]", badge, flags=re.DOTALL) == (
        '<span class="badge-status tone-success">[icon]&lt;b&gt;Answered&lt;/b&gt;</span>'
    )


def test_errors_link_to_their_fields():
    class Form(forms.Form):
        name = forms.CharField(label="Name")
        days = forms.MultipleChoiceField(choices=[(1, "Mon")], widget=forms.CheckboxSelectMultiple)

    form = Form({})
    form.add_error(None, "Try again.")
    html = render("{% error_summary form %}", form=form)

    assert re.findall(r'<a href="(.*?)">(.*?)</a>', html) == [
        ("#id_name", "Name: This field is required."),
        ("#div_id_days", "Days: This field is required."),
    ]
    assert "<li>Try again.</li>" in html
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_pages_keep_the_filters_of_the_address():
    request = RequestFactory().get("/", {"q": "open", "page": "2"})
    html = render("{% pager page %}", page=Paginator(range(1234), 500).page(2), request=request)

    assert "501–1,000 of 1,234" in html
    assert re.findall(r'href="(.*?)"', html) == ["?q=open&amp;page=1", "?q=open&amp;page=3"]


@pytest.mark.parametrize(
    ("total", "words", "attributes"), [(0, "Counting…", False), (None, "Counting…", False), (3000, "1,200 of 3,000", True)]
)
def test_progress_counts(total, words, attributes):
    html = render("{% progress 'Rows' done total %}", done=1200, total=total)

    assert words in html
    assert ('value="1200" max="3000"' in html) is attributes


@pytest.mark.parametrize(
    ("path", "current"),
    [("/desk/", {"My list": "page"}), ("/desk/call/", {"Call": "page"}), ("/desk/more/", {"My list": "true"}), ("/other/", {})],
)
def test_the_menu_marks_where_one_is(path, current):
    practice = SimpleNamespace(slug="bayview-eye")
    request = RequestFactory().get(f"/p/bayview-eye{path}")
    membership = SimpleNamespace(role="AGENT")
    items = ui.main_menu({"practice": practice, "membership": membership, "request": request})["items"]

    assert {item["label"]: item["current"] for item in items if item["current"]} == current


def test_setup_shows_what_the_role_may_arrange_and_is_marked_with_its_page():
    practice, request = SimpleNamespace(slug="bayview-eye"), RequestFactory().get("/p/bayview-eye/users/new/")
    menus = {}
    for role in ("AGENT", "SUPERVISOR", "ADMIN"):
        menus[role] = ui.main_menu({"practice": practice, "membership": SimpleNamespace(role=role), "request": request})
    setup = {role: next((one for one in menu["groups"] if one["label"] == "Setup"), None) for role, menu in menus.items()}

    assert menus["AGENT"]["groups"] == []
    assert [item["label"] for item in setup["SUPERVISOR"]["items"]] == ["Scripts"]
    assert not setup["SUPERVISOR"]["is_current"]
    assert {"Users", "Imports", "Scripts"} <= {item["label"] for item in setup["ADMIN"]["items"]}
    assert [one["label"] for one in menus["ADMIN"]["groups"] if one["is_current"]] == ["Setup"]
    assert not any(item["current"] for item in menus["ADMIN"]["items"])


@pytest.mark.parametrize(
    ("days", "words"),
    [([1, 2, 3, 4, 5], "Mon–Fri"), ([6, 1], "Mon, Sat"), ([6, 7], "Sat, Sun"), ([3, 1, 2, 7], "Mon, Tue, Wed, Sun")],
)
def test_weekdays_in_words(days, words):
    assert ui.weekday_names(days) == words


def test_languages_in_words():
    assert ui.language_names(["en", "ht", "xx"]) == "English, Haitian Creole, xx"
