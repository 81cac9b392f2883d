"""Mail as bytes and mail as facts: everything here is pure, and knows no Django and no database."""
