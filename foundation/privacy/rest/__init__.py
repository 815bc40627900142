"""Personal data for programs: one's own copy and requests, and the desk's side of them."""
