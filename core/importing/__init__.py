"""How music becomes a collection: folders, archives, downloads, feature files, the demo."""
