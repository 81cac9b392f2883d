"""The whole product in a real browser; one demo serves all stories of this folder."""
