from .membership import Membership
from .practice import Practice
from .user import User, display_name

__all__ = ["Membership", "Practice", "User", "display_name"]
