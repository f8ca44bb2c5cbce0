"""Values that the sliders of several front ends offer."""

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000)
WINDOWS_SAMPLES = (256, 512, 1024, 2048, 4096, 8192)
HOPS = (128, 256, 512, 1024, 2048, 4096)
