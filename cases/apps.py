"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers what cases are to the rest of the hall: a matter behind codes, and events with their handlers."""

    name = "cases"

    def ready(self) -> None:
        """Tell the foundation how cases are looked up, which events they handle, and what they add to the desk and to own pages."""
        from cases import audit_subjects, copies, corrections, forbidden_words, handlers, matters, notices, telling
        from cases.operations.read_paper import read_paper
        from cases.web import desk, own_case
        from foundation.documents import registry

        audit_subjects.register()
        matters.register()
        copies.register_copies()
        corrections.register()
        notices.register()
        telling.register()
        handlers.register()
        forbidden_words.register()
        desk.register()
        own_case.register()
        registry.register("case", read_paper, pages=registry.Pages(desk="desk:case", own="my:case"))
