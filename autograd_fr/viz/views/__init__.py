"""One graph made into another: what is shown of it, and how closely."""
