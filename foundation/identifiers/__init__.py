"""Numbers that people read aloud, type and carry: codes in Crockford base32, public references, ID numbers, credit codes, phones."""

from foundation.identifiers.credit_code import read_credit_code
from foundation.identifiers.crockford import ALPHABET, NotReadable
from foundation.identifiers.phones import normalise_phone
from foundation.identifiers.references import new_reference, normalise_reference
from foundation.identifiers.resident_id import ResidentId, normalise_resident_id, read_resident_id

__all__ = [
    "ALPHABET",
    "NotReadable",
    "ResidentId",
    "new_reference",
    "normalise_phone",
    "normalise_reference",
    "normalise_resident_id",
    "read_credit_code",
    "read_resident_id",
]
