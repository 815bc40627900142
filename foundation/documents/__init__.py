"""Papers of the hall: typed sheets, drawn as accessible archival PDFs, sealed, numbered, and checked by anybody."""
