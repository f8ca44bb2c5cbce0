"""Why a run says what it says of a song (saliency, contributions, heard), and what if the song were changed."""
