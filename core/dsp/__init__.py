"""Signal processing: spectra, bands, chroma, tempo, separation; knows neither clips nor front ends."""
