"""Figures that the hall promises about its speed, each as a ratio measured in one run on one machine."""
