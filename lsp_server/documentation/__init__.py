"""What the frameworks say of their own functions: read from the files of the user's installation, never imported."""
