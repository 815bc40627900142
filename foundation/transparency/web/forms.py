"""The box for a proof."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.transparency.proofs import LARGEST_PROOF


class ProofForm(forms.Form):
    """A proof, pasted or as a file."""

    mark_optional = False

    proof = forms.CharField(
        label=_("Paste the proof"),
        help_text=_(
            "All of it, from its first line “c2sp.org/tlog-proof@v1” to the end. A phone shows it when it scans the square on the receipt."
        ),
        required=False,
        strip=False,
        max_length=LARGEST_PROOF,
        error_messages={"max_length": _("A proof has about 1,500 characters. This is much more.")},
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "sph-proof"}),
    )
    file = forms.FileField(
        label=_("Or choose the file"),
        help_text=_("Its name ends in .tlog-proof."),
        required=False,
        allow_empty_file=True,
        # Django's own, which offers to clear a file that was kept, is drawn by another template than the hall's boxes.
        widget=forms.FileInput,
    )

    def clean(self) -> dict[str, Any]:
        """Take the one that was given, as bytes under ``data``; ends of lines as other systems write them do no harm."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        file = cleaned.get("file")
        if file is not None and file.size > LARGEST_PROOF:
            self.add_error("file", _("A proof has about 1,500 characters. This is much more."))
            return cleaned
        data = file.read() if file is not None else cleaned.get("proof", "").encode(errors="replace")
        if not data.strip():
            self.add_error("proof", _("Paste a proof, or choose its file."))
        cleaned["data"] = data.replace(b"\r\n", b"\n").strip() + b"\n"
        return cleaned
