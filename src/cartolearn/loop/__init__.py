"""The active-learning loop, from Algorithm 1 to the files a run leaves."""
