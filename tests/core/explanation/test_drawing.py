"""The picture of a saliency: where it is tinted, where the line goes, and how wide it is."""

import io

import numpy as np
from PIL import Image

from core.explanation.drawing import encode_picture, saliency_pixels, spectrogram_pixels
from core.explanation.question import Question
from core.explanation.saliency import Saliency
from core.features.mel import MelSpectrogram

MEL = MelSpectrogram(n_mels=8, n_frames=20)


def saliency(values: np.ndarray) -> Saliency:
    return Saliency(values.astype(np.float32), MEL, Question(("a", "b"), "a"), "occlusion", "")


def test_what_speaks_for_the_genre_is_tinted_and_nothing_else() -> None:
    values = np.full((8, 20), np.nan)
    values[:, :15] = 0.0
    values[6, 10], values[2, 3] = 4.0, -9.0
    level = np.full((8, 20), -30.0)
    pixels = saliency_pixels(level, saliency(values), share=0.0)
    rows, columns = pixels.shape[0] // 8, pixels.shape[1] // 20
    tinted = np.any(pixels != spectrogram_pixels(level, MEL), axis=2)
    expected = np.zeros_like(tinted)
    expected[rows : 2 * rows, 10 * columns : 11 * columns] = True  # the highest band is on top
    np.testing.assert_array_equal(tinted, expected)
    red, _, blue = pixels[rows, 10 * columns]
    assert blue > red
    dark, paper = (spectrogram_pixels(level, MEL, ground=ground)[0, 0, 0] for ground in ("dark", "paper"))
    assert dark < paper


def test_the_line_goes_around_the_cells_that_count_as_salient() -> None:
    values = np.zeros((8, 20))
    values[0:2, 4:8] = np.arange(8).reshape(2, 4) + 1
    level = np.full((8, 20), -30.0)
    with_line = saliency_pixels(level, saliency(values), share=8 / 160)
    without = saliency_pixels(level, saliency(values), share=0.0)
    line = np.any(with_line != without, axis=2)
    rows, columns = line.shape[0] // 8, line.shape[1] // 20
    where = np.argwhere(line)
    assert where.min(axis=0).tolist() == [6 * rows, 4 * columns]
    assert where.max(axis=0).tolist() == [8 * rows - 1, 8 * columns - 1]
    assert not line[7 * rows - 1, 6 * columns]  # inside there is none


def test_more_frames_than_pixels_keep_what_is_strongest_and_files_open() -> None:
    values = np.zeros((8, 5_000))
    values[3, 4_321] = 1.0
    level = np.full((8, 5_003), -60.0)  # the last frames were seen by nobody
    pixels = saliency_pixels(level, saliency(values), share=0.0, width=500)
    assert pixels.shape[1] % 455 == 0  # eleven frames each
    column = 4_321 // 11
    assert pixels[-(4 * pixels.shape[0] // 8), column * (pixels.shape[1] // 455)].tolist() == [
        33,
        138,
        187,
    ]  # a quarter grey
    for kind in ("webp", "png"):
        with Image.open(io.BytesIO(encode_picture(pixels, kind))) as image:
            assert image.size == (pixels.shape[1], pixels.shape[0])


def test_where_nothing_speaks_for_the_genre_there_is_the_music_alone() -> None:
    level = np.linspace(-80, 0, 160).reshape(8, 20)
    pixels = saliency_pixels(level, saliency(np.full((8, 20), -1.0)), share=0.0)
    np.testing.assert_array_equal(pixels, spectrogram_pixels(level, MEL))
