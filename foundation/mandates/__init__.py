"""Acting for somebody else: guardians for children, agents for companies, and whom a person asked to act for them."""
