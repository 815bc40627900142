"""Who may do what with papers. Whether somebody may have a paper at all is the question of the service that it came from."""

REVOKE = "document.revoke"
