from .api_token import ApiToken
from .membership import Membership
from .practice import Practice
from .user import User, display_name

__all__ = ["ApiToken", "Membership", "Practice", "User", "display_name"]
