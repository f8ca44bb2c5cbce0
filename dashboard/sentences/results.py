"""What a test result does not show, in words that stand wherever its accuracy does: those of the command line."""

from core.evaluation.caution import caution_text as result_caution
from core.evaluation.caution import caution_word as result_word

__all__ = ["result_caution", "result_word"]
