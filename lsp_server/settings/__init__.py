"""The section ``torchspore``: what a user can set, where it is read from, and what is generated from that."""
