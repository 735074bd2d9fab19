"""A use, a rule and a target give an explanation, or edits. Both directions."""
