"""The four training stages of an Outrider model."""
