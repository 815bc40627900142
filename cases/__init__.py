"""Case progress: what the police took, how far it is, and who may follow it."""
