"""What the hall holds of people, why and for how long, and what they can ask of it."""
