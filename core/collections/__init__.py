"""Collections of genre-labelled clips: folders of the user's, and the built-in demo."""
