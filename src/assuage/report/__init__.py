"""Values to pages: presenters, charts and templates."""
