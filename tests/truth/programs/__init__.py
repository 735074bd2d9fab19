"""Small programs, one for each construct by which a value gets its name; they run under the truth tool."""
