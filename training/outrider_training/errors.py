"""What is wrong with a recipe, a data set or a launch, and what to do about it."""


class TrainingError(Exception):
    """A bad file, recipe or launch. A bug is any other exception."""

    def __init__(self, code: str, expected: str, found: str, advice: str | None = None) -> None:
        self.code = code
        lines = [f"{code}: expected {expected}", f"  found {found}"]
        super().__init__("\n".join(lines + ([f"  next: {advice}"] if advice else [])))
