"""Make an archive like that of data.police.uk, of any size, the same each time it is made.

Its proportions are those of the City of London in 2016: of ten street rows two have no Crime ID, of ten outcome rows two belong to crimes
of earlier years, most crimes have one outcome, some several, a few two equal ones.

By hand: ``python tests/cases/generate_archive.py FOLDER ROWS``.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

COLUMNS = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
STREET = f"{COLUMNS}Crime type,Last outcome category,Context\n"
OUTCOMES = f"{COLUMNS}Outcome type\n"
FORCE = "City of London Police,City of London Police,-0.097562,51.518864"
PLACE = "On or near Made-up Street,E01000001,City of London 001A"
CRIME_TYPES = ("Other theft", "Shoplifting", "Theft from the person", "Drugs", "Bicycle theft", "Burglary", "Violence and sexual offences")
FIRST_OUTCOMES = ("Investigation complete; no suspect identified", "Unable to prosecute suspect", "Local resolution")
CHARGED, SENTENCES = "Suspect charged", ("Offender fined", "Offender sent to prison", "Defendant found not guilty")
MONTHS = [f"{year}-{month:02}" for year in range(2015, 2020) for month in range(1, 13)]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What was made: rows over all files, and what an import of all files makes of them."""

    rows: int
    cases: int
    outcomes: int
    without_crime_id: int
    without_case: int
    size: int


def generate_archive(folder: Path, *, rows: int, months: int = 12, force: str = FORCE) -> Archive:
    """Write ``months`` pairs of files with about ``rows`` rows in all; memory stays flat."""
    a_month = max(rows // months // 2, 10)
    counts = {"cases": 0, "outcomes": 0, "without_crime_id": 0, "without_case": 0}
    size = 0
    for month in range(months):
        for kind, heading, lines in (
            ("street", STREET, _street(month, a_month, counts, force)),
            ("outcomes", OUTCOMES, _outcomes(month, a_month, counts, force)),
        ):
            path = folder / MONTHS[month] / f"{MONTHS[month]}-made-up-{kind}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(heading)
                file.writelines(lines)
            size += path.stat().st_size
    return Archive(rows=sum(counts.values()), size=size, **counts)


def _crime_id(number: int) -> str:
    return hashlib.sha256(f"crime {number}".encode()).hexdigest()


def _street(month, a_month, counts, force):
    for number in range(month * a_month, (month + 1) * a_month):
        has_id = number % 10 >= 2
        counts["cases" if has_id else "without_crime_id"] += 1
        crime = CRIME_TYPES[number % 7] if has_id else "Anti-social behaviour"
        yield f"{_crime_id(number) if has_id else ''},{MONTHS[month]},{force},{PLACE},{crime},,\n"


def _outcomes(month, a_month, counts, force):
    for number in range(a_month // 5):
        counts["without_case"] += 1
        yield f"{_crime_id(-1 - month * a_month - number)},{MONTHS[month]},{force},{PLACE},{FIRST_OUTCOMES[0]}\n"
    # A crime of this month or of one of the three before may have its outcome now.
    for number in range(max(0, month - 3) * a_month, (month + 1) * a_month):
        if number % 10 >= 2:
            for outcome in _outcomes_of(number, month - number // a_month):
                counts["outcomes"] += 1
                yield f"{_crime_id(number)},{MONTHS[month]},{force},{PLACE},{outcome}\n"


def _outcomes_of(number, delay):
    """The outcomes that a crime has so many months after it was recorded: one crime in five is charged, and sentenced two months later."""
    is_charged = number % 5 == 3
    if is_charged and delay == 0:
        return (CHARGED,) * (2 if number % 35 == 3 else 1)
    if is_charged and delay == 2:
        return (SENTENCES[number % 3],)
    return (FIRST_OUTCOMES[number % 3],) if not is_charged and delay == number % 2 else ()


if __name__ == "__main__":
    print(generate_archive(Path(sys.argv[1]), rows=int(sys.argv[2])))
