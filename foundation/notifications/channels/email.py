"""E-mail, through Django's mail backend: docs/providers.md."""

from __future__ import annotations

import smtplib
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.web.outbound import SECONDS, cut_off

_LANGUAGES: Final = {"zh-hans": "zh-Hans"}


class Email:
    """The city's mail server."""

    name = "email"

    def is_set_up(self) -> bool:
        """Whether the settings name a server, or another backend stands in for one."""
        return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")

    def hand_over(self, *, address: str, message: Message, reference: str) -> str | None:
        """Hand over one mail. Its Message-ID is made of the reference, so that the same one again is the same mail."""
        mail = _mail(address, message, reference)
        backend = get_connection(timeout=SECONDS)
        is_sent = False
        try:
            backend.open()
            session = getattr(backend, "connection", None)
            with cut_off(getattr(session, "sock", None), SECONDS):
                is_sent = True
                backend.send_messages([mail])
        except smtplib.SMTPException as error:
            raise _refusal(error) from error
        except (OSError, ValueError) as error:
            reason = "timeout" if isinstance(error, TimeoutError) else type(error).__name__
            raise Unavailable(reason[:40], is_unknown=is_sent) from error
        finally:
            _close(backend)
        return str(mail.extra_headers["Message-ID"])


def _mail(address: str, message: Message, reference: str) -> EmailMessage:
    headers = {
        "Message-ID": f"<{reference}@{urlsplit(settings.HALL_HOST).hostname}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": _LANGUAGES.get(message.language, message.language),
    }
    if message.unsubscribe:
        headers |= {"List-Unsubscribe": f"<{message.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject=message.subject, body=message.text, to=[address], headers=headers)


def _close(backend: object) -> None:
    """Say good-bye; a server that is gone does not hear it."""
    try:
        backend.close()  # type: ignore[attr-defined]
    except (smtplib.SMTPException, OSError):
        return


def _refusal(error: smtplib.SMTPException) -> Exception:
    """Return what a failed conversation means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Refused("recipient_refused") if all(code >= 500 for code in codes) else Unavailable("recipient_later")
    if isinstance(error, smtplib.SMTPDataError):
        return Refused("content_refused") if error.smtp_code >= 500 else Unavailable("server_later")
    if isinstance(error, smtplib.SMTPResponseException):
        return Unavailable(f"smtp_{error.smtp_code}", needs_operator=error.smtp_code >= 500)
    return Unavailable(type(error).__name__[:40], is_unknown=isinstance(error, smtplib.SMTPServerDisconnected))
