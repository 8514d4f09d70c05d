"""A folder of Markdown, MDX or HTML files as lines to load, by a mapping that says how."""
