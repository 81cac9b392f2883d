"""Every write of tracking, one module a noun."""
