from .api_token import ApiToken
from .heartbeat import Heartbeat
from .membership import Membership
from .practice import Practice
from .user import User, display_name

__all__ = ["ApiToken", "Heartbeat", "Membership", "Practice", "User", "display_name"]
