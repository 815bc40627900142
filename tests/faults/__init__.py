"""The fault harness: a whole hall of its own, whose plugs are pulled while it works: docs/faults.md."""
