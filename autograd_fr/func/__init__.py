"""Functions that make derivatives of functions, and batches of them: PyTorch's `torch.func`."""
