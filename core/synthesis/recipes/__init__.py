"""The ten recipes, by genre."""

from __future__ import annotations

from typing import Final

from core.synthesis.recipes.blues import BLUES
from core.synthesis.recipes.classical import CLASSICAL
from core.synthesis.recipes.country import COUNTRY
from core.synthesis.recipes.disco import DISCO
from core.synthesis.recipes.hiphop import HIPHOP
from core.synthesis.recipes.jazz import JAZZ
from core.synthesis.recipes.metal import METAL
from core.synthesis.recipes.pop import POP
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice
from core.synthesis.recipes.reggae import REGGAE
from core.synthesis.recipes.rock import ROCK

RECIPES: Final[dict[str, Recipe]] = {
    recipe.genre: recipe for recipe in (BLUES, CLASSICAL, COUNTRY, DISCO, HIPHOP, JAZZ, METAL, POP, REGGAE, ROCK)
}

__all__ = ["RECIPES", "LineUp", "Recipe", "Slot", "Sound", "Voice"]
