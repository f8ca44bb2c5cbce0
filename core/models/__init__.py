"""Model configurations, presets and the Keras models built from them."""
