"""What the page Human? draws: the blind quiz, kinship of styles, family trees of the genres, the adviser."""
