"""What all charts share: colours, axes, themes, saving."""
