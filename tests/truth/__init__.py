"""What every expression of running programs really was, beside what inference says without running them."""
