"""What sealing and the record's protection can refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.errors import Unavailable


class LogContradicted(Exception):
    """What the database holds does not continue what was published. Nothing is signed until a person has found out why."""


class ProofNotReady(Unavailable):
    """The log cannot be had just now, or it does not lead to what was signed; those who run the hall are told: 503."""

    code = "proof_not_ready"
    message = _("The proof cannot be made just now. Nothing is lost: please fetch it in a few minutes.")

    def __init__(self) -> None:
        super().__init__(retry_after=60)


class LogUnreadable(Unavailable):
    """Something has spoilt the published files or the newest checkpoint; the operators are told: 503."""

    code = "log_unreadable"
    message = _("The public log cannot be read just now. Those who run the hall are told. Proofs that you keep stay good.")

    def __init__(self) -> None:
        super().__init__(retry_after=60)


class RecordNotProtected(Unavailable):
    """Entries wait for their seal too long, so staff may write no more of them: 503."""

    code = "record_not_protected"
    message = _(
        "Nothing can be recorded just now: the seal that protects the record against later changes has stopped. "
        "You can go on reading. Those who run the hall are told; please try again in a few minutes."
    )

    def __init__(self) -> None:
        super().__init__(retry_after=60)
