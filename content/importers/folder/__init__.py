"""Import of a folder: Markdown, MDX or HTML files become lines to load, by a mapping that says how."""
