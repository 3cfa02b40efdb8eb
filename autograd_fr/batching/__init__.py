"""Arrays that are many at once: what `func.vmap` computes on."""
