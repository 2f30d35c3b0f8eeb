"""How each system writes its export: one module per native format."""
