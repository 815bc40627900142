"""Texts to people's phones: what they say, and the gateway that carries them."""
