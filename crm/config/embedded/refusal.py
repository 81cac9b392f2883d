"""The one error of the embedded start: what is wrong, and what to do about it."""


class Refusal(Exception):
    """Stops the start; `remedy` is the sentence that tells the reader what to do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n{self.remedy}".strip()
