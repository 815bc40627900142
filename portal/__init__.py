"""The site: what stands on top of the services and shows them to people."""
