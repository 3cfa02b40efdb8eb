"""Operations entry by entry, on one operand or on several that broadcast."""
