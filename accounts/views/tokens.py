"""Tokens by which other programs hand files in: list, make, revoke. For admins."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import api_tokens
from ..access import admin_required
from ..forms import TokenForm


@require_safe
@admin_required
def tokens(request, practice_slug):
    """Every token of the practice, newest first, dead ones too."""
    return render(request, "accounts/tokens.html", {"tokens": request.practice.apitokens.newest_first()})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def token_new(request, practice_slug):
    """Make a token; the answer shows it, this once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, text = api_tokens.make(practice=request.practice, by=request.membership, **form.cleaned_data)
        except api_tokens.NameTaken:
            form.add_error("name", "A token of this name is in use. Revoke it first, or choose another name.")
        else:
            token.refresh_from_db()
            return render(request, "accounts/token_made.html", {"token": token, "text": text})
    return render(request, "accounts/token_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@admin_required
def token_revoke(request, practice_slug, token_id):
    """End a token. The next request that carries it is refused."""
    token = get_object_or_404(request.practice.apitokens, pk=token_id)
    if token.revoke(by=request.membership):
        messages.success(request, f"The token “{token.name}” opens nothing any more.")
    return redirect("accounts:tokens", practice_slug=practice_slug)
