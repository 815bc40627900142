"""What every request of the hall passes through, on a page or over the API."""
