"""Every read of tracking, one module a noun."""
