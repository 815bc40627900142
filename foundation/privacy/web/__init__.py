"""Pages of personal data: public, of residents and at the desk."""
