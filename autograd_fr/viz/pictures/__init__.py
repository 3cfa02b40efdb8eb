"""Graphs as pictures: one renderer each, and the program that lays them out."""
