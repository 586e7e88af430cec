"""How allauth signs our people in: by invitation only, with TOTP secrets encrypted at rest."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Nobody signs up by themselves: an admin of the practice invites."""
        return False

    def is_safe_url(self, url):
        """Whether to go there after signing in; what cannot be read as an address ("//[") is not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False


class MFAAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery codes readable only with the SECRET_KEY."""

    def encrypt(self, text):
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet():
    key = hashlib.sha256(b"mfa:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
