"""The way in, and the pages under /<workspace>/settings/."""
