"""What a draft was before, who changed it meanwhile, and what its reviewers said."""
