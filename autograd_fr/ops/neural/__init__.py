"""Operations of neural networks; imported with `nn`, not with the catalogue."""
