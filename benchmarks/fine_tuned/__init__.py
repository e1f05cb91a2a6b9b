"""Does any strategy beat random once the model is good, and may it choose with a cheap one?"""
