"""What a model says of sound: parts of a clip and their mean, songs judged by runs, embeddings."""
