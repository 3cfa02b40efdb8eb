"""Data in batches, under PyTorch's names."""
