"""Messages, wishes and deliveries for programs."""
