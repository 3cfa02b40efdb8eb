"""Nets as estimators of scikit-learn."""
