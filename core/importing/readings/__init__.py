"""Where the genre of a file stands: in its folders, its tags, a table. One file a reading; `propose` weighs them."""
