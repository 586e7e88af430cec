"""Pages about the people of one practice."""

from django.urls import path

from .views import practices, tokens, users

app_name = "accounts"
urlpatterns = [
    path("", practices.practice, name="practice"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:membership_id>/", users.user_edit, name="user_edit"),
    path("users/<int:membership_id>/access/", users.user_access, name="user_access"),
    path("users/<int:membership_id>/link/", users.user_link, name="user_link"),
    path("users/tokens/", tokens.tokens, name="tokens"),
    path("users/tokens/new/", tokens.token_new, name="token_new"),
    path("users/tokens/<int:token_id>/revoke/", tokens.token_revoke, name="token_revoke"),
]
