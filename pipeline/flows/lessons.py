"""What reviewers told the program to remember, while it works: kept in its file first,
known from then on.

A mail is judged with what had been taught when it was received, so that a replay judges
it as it was judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline.flows.ports import LessonFile
from pipeline.judging.rulebook import Rulebook
from pipeline.model.roster import Lesson


@dataclass
class Classroom:
    """`rulebook` grows with each lesson; without a file nothing outlasts the process (a
    replay writes none). `then` gives a replay the rules that a mail was judged by; None
    for the present ones."""

    rulebook: Rulebook
    file: LessonFile | None = None
    then: Callable[[datetime], Rulebook | None] = lambda received_at: None

    def rulebook_at(self, received_at: datetime) -> Rulebook:
        rules = self.then(received_at)
        if rules is not None:
            return rules.as_of(received_at)
        return self.rulebook.as_of(received_at)

    def learn(self, lessons: tuple[Lesson, ...]) -> None:
        """Returns once the lessons would survive a power cut; one that is known already
        is not written again."""
        found = []
        for lesson in lessons:
            if not self._knows(lesson):
                found.append(lesson)
        new = tuple(found)
        if new and self.file is not None:
            self.file.keep(new)
        if new:
            self.rulebook = self.rulebook.taught(new)

    def _knows(self, lesson: Lesson) -> bool:
        known = set()
        for x in self.rulebook.book.roster.learned:
            known.add((x.unit, x.address, x.alias))
        return (lesson.unit, lesson.address, lesson.alias) in known
