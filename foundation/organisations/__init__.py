"""The bureau, its branches, special units and stations: one tree a city, three levels deep."""
