"""Words for what staff decide: on reports, on talks, on drafts; and why not."""
