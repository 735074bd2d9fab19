"""torchvision's networks, converted from its installed wheel and run beside the originals."""
