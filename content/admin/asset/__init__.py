"""The page and the list of an asset: its kind, its placements, its tabs by language, its teasers."""
