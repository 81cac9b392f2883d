"""How mail travels, for programs: one module a resource."""
