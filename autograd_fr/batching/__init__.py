"""Arrays that are many at once: what `func.vmap` computes on.

A `BatchedArray` hides an axis, that of the samples, and is for everyone else an array of the shape
of one sample. A tensor whose `.array` is one goes through every operation and every rule, which
compute on all samples at once, and nothing else needs to know.

    from autograd_fr.batching import loops            # once: what has no rule is computed in a loop
    from autograd_fr.batching.array import batched, unbatched
    from autograd_fr.batching.graph import hide, show
    from autograd_fr.batching.levels import level

    with level(n) as L:                   # n samples, kept apart as long as the block lasts
        x = batched(array, 0, L)          # hide axis 0 of an array,
        y = unbatched(f(x), L, 0)         # and show it again
        t = hide.function(tensor, at=0, level=L)       # the same on tensors, recorded
        u = show.function(g(t), at=0, level=L)

Any array may be a batch: a gradient that is given to a backward pass as well, which then carries
all n of them through a graph that is no batch itself (so `grad(..., is_grads_batched=True)`), or a
tangent. While L is active, the gradient of what is no batch is one of it, with the gradients of the
samples apart; afterwards they are summed, as those of whatever was used n times.

    known       what the engine and the operations ask of arrays that may be batches
    levels      which batches the program is inside of
    array       BatchedArray
    ufuncs, functions, matrices, indexing     rules for what NumPy computes
    loops       one sample after the other, for the rest
    graph       the recorded ways into batches and out of them
    randomness  random numbers for samples
"""
