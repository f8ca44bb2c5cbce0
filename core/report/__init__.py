"""What was found of a song, as one file of HTML that needs no network and no script, to be passed on or printed."""
