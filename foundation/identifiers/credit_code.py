"""The unified social credit code of a company or another organisation (GB 32100-2015).

1 registering department, 1 kind, 6 region, 9 organisation code, 1 check; no I, O, S, V or Z. Public: it stands on the business licence.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from foundation.errors import RuleViolated
from foundation.identifiers.crockford import LONGEST_INPUT, without_separators


def read_credit_code(text: str, *, field: str | None = None) -> str:
    """Return the code in capitals without separators; raise ``RuleViolated`` that names ``field`` and the slip.

    Codes: ``credit_code_shape``, ``credit_code_check``.
    """
    code = without_separators(text[:LONGEST_INPUT]).upper()
    try:
        return str(uscc.validate(code))
    except InvalidChecksum as error:
        message = _("There is a slip in this code: its last character does not fit. Compare it with the business licence.")
        raise RuleViolated(message, code="credit_code_check", field=field) from error
    except ValidationError as error:
        message = _("A unified social credit code has 18 digits and capital letters, as on the business licence.")
        raise RuleViolated(message, code="credit_code_shape", field=field) from error
