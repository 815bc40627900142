"""How many of what the City of London archive of 2016 holds, counted apart from the importer.

The figures were counted with awk on the files as published. What each means is said at its field; a row is a line below
the heading. A crime belongs to a set of files if a street file of the set has its Crime ID.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ArchiveFigures:
    """Figures of one set of monthly files, read together."""

    months: int
    street_rows: int
    rows_without_crime_id: int  # of the street files; all are anti-social behaviour
    cases: int  # different Crime IDs of the street files; none stands there twice
    outcome_rows: int
    outcome_rows_of_cases: int  # rows whose Crime ID belongs; equal rows count each, for each stands for one accused person
    outcome_rows_of_other_crimes: int
    repeated_outcome_rows: int  # of those that belong: rows equal in every column to an earlier one
    cases_with_outcomes: int
    cases_with_outcomes_in_several_months: int
    outcome_rows_before_their_crime: int  # of those that belong: month earlier than the crime's
    outcome_types: int  # different ones among the rows that belong
    most_outcomes_of_one_case: int
    street_rows_without_place: int


DEMO = ArchiveFigures(
    months=3,
    street_rows=1846,
    rows_without_crime_id=419,
    cases=1427,
    outcome_rows=1614,
    outcome_rows_of_cases=812,
    outcome_rows_of_other_crimes=802,
    repeated_outcome_rows=12,
    cases_with_outcomes=718,
    cases_with_outcomes_in_several_months=43,
    outcome_rows_before_their_crime=3,
    outcome_types=18,
    most_outcomes_of_one_case=4,
    street_rows_without_place=73,
)

# January to December 2016. The nine other months are not part of the project; `manage.py import_cases` over all twelve must report these.
WHOLE_YEAR = ArchiveFigures(
    months=12,
    street_rows=6586,
    rows_without_crime_id=1223,
    cases=5363,
    outcome_rows=6147,
    outcome_rows_of_cases=4882,
    outcome_rows_of_other_crimes=1265,
    repeated_outcome_rows=115,
    cases_with_outcomes=4203,
    cases_with_outcomes_in_several_months=326,
    outcome_rows_before_their_crime=13,
    outcome_types=22,
    most_outcomes_of_one_case=24,
    street_rows_without_place=279,
)

# Demo months: cases by the crime type of the archive.
DEMO_CASES_BY_CRIME_TYPE = {
    "Bicycle theft": 128,
    "Burglary": 73,
    "Criminal damage and arson": 51,
    "Drugs": 96,
    "Other crime": 47,
    "Other theft": 375,
    "Possession of weapons": 14,
    "Public order": 60,
    "Robbery": 8,
    "Shoplifting": 171,
    "Theft from the person": 106,
    "Vehicle crime": 52,
    "Violence and sexual offences": 246,
}

# Demo months: outcome rows that belong to the cases, by outcome type, equal rows counted each.
DEMO_OUTCOMES_BY_TYPE = {
    "Court case unable to proceed": 3,
    "Defendant found not guilty": 2,
    "Defendant sent to Crown Court": 2,
    "Formal action is not in the public interest": 5,
    "Further investigation is not in the public interest": 3,
    "Investigation complete; no suspect identified": 424,
    "Local resolution": 13,
    "Offender deprived of property": 1,
    "Offender fined": 11,
    "Offender given a caution": 23,
    "Offender given a drugs possession warning": 19,
    "Offender given community sentence": 6,
    "Offender given conditional discharge": 8,
    "Offender given penalty notice": 2,
    "Offender given suspended prison sentence": 5,
    "Offender sent to prison": 49,
    "Suspect charged": 150,
    "Unable to prosecute suspect": 86,
}
