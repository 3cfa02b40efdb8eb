"""What a recorded graph is good for besides running backward: evaluate it anew, write it out."""
