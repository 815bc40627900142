"""What the whole suite stands on: throw-away services, no network, N+1 detection, a browser."""
