"""One-time codes by text: six digits that prove who holds a phone, once, within ten minutes, in the browser that asked."""
