"""The programs: what is instrumented, and what runs it."""
