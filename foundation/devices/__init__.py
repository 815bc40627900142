"""Machines that speak to the hall by keys of their own: the terminals of the neighbourhoods and the case systems of the police."""
