"""The accounts app's tables."""

from foundation.accounts.models.feed import Feed
from foundation.accounts.models.identity import Identity, PhoneChange
from foundation.accounts.models.machine import Machine
from foundation.accounts.models.officer import Invitation, OfficerContact
from foundation.accounts.models.person import Person
from foundation.accounts.models.proposal import PostProposal
from foundation.accounts.models.role import Grant, Role
from foundation.accounts.models.sign_in import SignIn
from foundation.accounts.models.user import User

__all__ = [
    "Feed",
    "Grant",
    "Identity",
    "Invitation",
    "Machine",
    "OfficerContact",
    "Person",
    "PhoneChange",
    "PostProposal",
    "Role",
    "SignIn",
    "User",
]
