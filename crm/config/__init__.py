"""Wires everything together; imported by nothing. Imports nothing itself, so that the
supervisor in crm.config.embedded starts without Django."""
