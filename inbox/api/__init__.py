"""Mail for programs, one module a resource."""
