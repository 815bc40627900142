"""The portal's views, one file a kind of page."""
