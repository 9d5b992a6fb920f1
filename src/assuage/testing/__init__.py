"""Shipped checks: published patients against what assuage says of them."""
