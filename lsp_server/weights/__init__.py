"""Files of weights: read, written and mapped from one framework to the other, without either of them."""
