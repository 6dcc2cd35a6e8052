"""Vehicles and arrivals: what can fetch people, and when they come."""
