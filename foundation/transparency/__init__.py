"""The tamper-evident log: what is written into the record is sealed into chains and a public Merkle tree."""
