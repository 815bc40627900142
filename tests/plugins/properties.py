"""How hypothesis searches here: on a busy machine an example may take long, and that is no fault of the code under test."""

from hypothesis import settings

settings.register_profile("hall", deadline=None, print_blob=True)
settings.load_profile("hall")
