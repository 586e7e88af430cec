from .api_token import ApiToken
from .heartbeat import Heartbeat
from .membership import Membership
from .practice import Practice
from .report_mail import ReportChoice, ReportMail
from .user import User, display_name

__all__ = ["ApiToken", "Heartbeat", "Membership", "Practice", "ReportChoice", "ReportMail", "User", "display_name"]
