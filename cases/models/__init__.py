"""The cases app's tables."""

from cases.models.case import Case, CaseQuerySet
from cases.models.category import Category
from cases.models.complaint import Complaint
from cases.models.exchange import ExchangeMessage, Quarantine
from cases.models.figures import MonthlyFigure
from cases.models.message import Message
from cases.models.party import Party
from cases.models.progress_entry import ProgressEntry
from cases.models.property_item import PropertyItem, PropertyPhoto

__all__ = [
    "Case",
    "CaseQuerySet",
    "Category",
    "Complaint",
    "ExchangeMessage",
    "Message",
    "MonthlyFigure",
    "Party",
    "ProgressEntry",
    "PropertyItem",
    "PropertyPhoto",
    "Quarantine",
]
