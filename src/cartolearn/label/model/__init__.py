"""What a project's models learn from, and how."""
