"""What reads foreign files for one campaign, and where: children of this machine, or a
cluster."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.model.form import FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.edges.processes.readers import Place, Readers, ReadingPool
    from pipeline.edges.processes.sandbox import Reader


def child_reader(spec: FormSpec) -> "Reader":
    from pipeline.edges.processes.sandbox import Reader

    return Reader(spec)


@frozen
class ReadingParts:
    """Nothing is started before it is asked for. `make` makes a reader, `tell` is told
    where a cluster is not to be had."""

    settings: Settings
    make: Callable[[FormSpec], "Reader"]
    tell: Callable[[str], None]

    @property
    def reader(self) -> "Reader":
        """This thread's."""
        return self._readers.here()

    @cached_property
    def _readers(self) -> "Readers":
        from pipeline.edges.processes.readers import ReaderKind, Readers

        twice = self.settings.checks.second_look == "auto"
        return Readers(ReaderKind(self.make, self.settings.form_spec, twice))

    @cached_property
    def place(self) -> "ReadingPool":
        """Where the mails of a wake are read. What reads in this process shares its
        libraries, and goes one after the other."""
        from pipeline.edges.processes.readers import ReadingPool, Threads

        place: Place = Threads(1)
        if self.make is child_reader:
            place = self._beside(Threads(self.settings.reading.width))
        return ReadingPool(self._readers, place)

    def _beside(self, threads: "Place") -> "Place":
        """The cluster that reads, where there is one, else threads of this process."""
        cluster = self.settings.reading.cluster
        if not cluster:
            return threads
        from pipeline.edges.processes.cluster import Cluster

        return Cluster(cluster, threads, self.tell)

    def rest(self) -> None:
        """Between two wakes: what takes much memory is let go."""
        self._readers.rest()

    def close(self) -> None:
        """Ends what reads, after what it has begun."""
        self.place.close()
