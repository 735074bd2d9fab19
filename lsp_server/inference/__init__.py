"""Tree to what each expression denotes. The only home of jedi."""
