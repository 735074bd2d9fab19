"""Data pipelines: loaders, the data sets behind them, and the loops over their batches."""
