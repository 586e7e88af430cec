from django import forms
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html

from .api_tokens import LONGEST_DAYS
from .models import ApiToken, Membership, User
from .models.membership import english, monday_to_friday
from .people import may_rename
from .words import LANGUAGES, WEEKDAYS

ALREADY_MEMBER = "This person is already a user of the practice. Open them in the list to change them."
SELECT = forms.Select({"class": "form-select"})
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SupervisorField(forms.ModelChoiceField):
    def label_from_instance(self, membership):
        return membership.name


class UserForm(forms.ModelForm):
    """A person and their place in one practice."""

    field_order = ["full_name", "email", "role", "supervisor", "languages", "shift_days"]

    full_name = forms.CharField(label="Name", max_length=120, help_text="As colleagues and patients hear it")
    email = forms.EmailField(label="E-mail", max_length=254, help_text="They sign in with it")
    role = forms.ChoiceField(choices=Membership.Role.choices, initial=Membership.Role.AGENT)
    supervisor = SupervisorField(
        queryset=Membership.objects.none(), required=False, empty_label="None", help_text="Leads this agent"
    )
    languages = forms.MultipleChoiceField(
        choices=LANGUAGES.items, initial=english, widget=forms.CheckboxSelectMultiple, help_text="Spoken with patients"
    )
    shift_days = forms.TypedMultipleChoiceField(
        label="Works on",
        choices=WEEKDAYS.items,
        coerce=int,
        initial=monday_to_friday,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Membership
        fields = ["role", "supervisor", "languages", "daily_capacity", "shift_days", "shift_starts", "shift_ends", "is_active"]
        labels = {
            "daily_capacity": "Calls a day",
            "shift_starts": "Shift starts",
            "shift_ends": "Shift ends",
            "is_active": "May sign in to this practice",
        }
        help_texts = {"shift_starts": "", "shift_ends": "", "daily_capacity": "Planned for one day, up to 500"}
        widgets = {"shift_starts": CLOCK, "shift_ends": CLOCK}

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.fields["supervisor"].queryset = (
            practice.memberships.active()
            .filter(role=Membership.Role.SUPERVISOR)
            .exclude(pk=self.instance.pk)
            .select_related("user")
            .order_by("user__full_name")
        )
        if self.instance.pk is None:
            del self.fields["is_active"]
            return
        if self.instance.is_waiting:
            del self.fields["is_active"]
        for name in ("full_name", "email"):
            self.initial[name] = getattr(self.instance.user, name)
            self.fields[name].disabled = not may_rename(membership=self.instance)
            if self.fields[name].disabled:
                self.fields[name].help_text = "Also works elsewhere: this can't be changed here"

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if self.instance.pk is None:
            if self.practice.memberships.filter(user__email__iexact=email).exists():
                raise ValidationError(ALREADY_MEMBER)
        elif User.objects.filter(email__iexact=email).exclude(pk=self.instance.user_id).exists():
            raise ValidationError("Another person signs in with this address.")
        return email

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("shift_starts"), cleaned.get("shift_ends")
        if starts and ends and starts >= ends:
            self.add_error("shift_ends", "The shift must end after it starts.")
        return cleaned

    @property
    def place(self):
        """What the form says about the membership, without the person."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("full_name", "email")}


class UserFilter(forms.Form):
    """Whom the list of users shows."""

    ACTIVE, INVITED, ENDED = "ACTIVE", "INVITED", "ENDED"

    role = forms.ChoiceField(required=False, widget=SELECT, choices=[("", "All roles"), *Membership.Role.choices])
    access = forms.ChoiceField(
        label="Sign-in",
        required=False,
        widget=SELECT,
        choices=[("", "All"), (ACTIVE, "May sign in"), (INVITED, "Invited, not here yet"), (ENDED, "Access ended")],
    )

    def among(self, members):
        """Those of `members` that the valid form asks for."""
        role, access = self.cleaned_data["role"], self.cleaned_data["access"]
        invited = Q(joined_at__isnull=True) | Q(is_active=True, user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        if role:
            members = members.filter(role=role)
        if access == self.INVITED:
            members = members.filter(invited)
        elif access == self.ACTIVE:
            members = members.filter(is_active=True)
        elif access == self.ENDED:
            members = members.filter(is_active=False, joined_at__isnull=False)
        return members


class TokenForm(forms.ModelForm):
    """A token of the API: what uses it, for how long, and what it opens."""

    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, format_html("{} <code>{}</code>", scope.label, scope.value)) for scope in ApiToken.Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one: a token that opens nothing is of no use."},
    )
    days = forms.IntegerField(
        label="Works for, in days",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=90,
        help_text=f"1 to {LONGEST_DAYS}. After that, make a new one.",
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes"]
        labels = {"name": "What uses it"}
        help_texts = {"name": "Such as “nightly export of the EMR”"}
