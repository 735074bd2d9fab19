"""Module and cell classes to their parameters and buffers, by abstract evaluation. Runs no user code."""
