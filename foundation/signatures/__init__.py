"""Signed requests of machines: HTTP Message Signatures (RFC 9421) with Ed25519 over a Content-Digest (RFC 9530)."""
