"""Letters' bytes are kept by the batch: whatever the disk does, none counts as kept that is not."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.fault_points import FaultPoint, install, remove
from pipeline.edges.files.vault import Vault
from pipeline.flows.mails.keep_letters import LetterKeeping
from pipeline.flows.mails.keep_mails import BATCH_BYTES
from pipeline.model.operation.errors import StorageFailed


@given(
    raws=st.lists(st.binary(max_size=6), max_size=12),
    bad=st.binary(max_size=6),
)
def test_those_before_the_one_that_the_disk_does_not_take_are_kept(
    raws: list[bytes], bad: bytes
) -> None:
    def fail(write: Callable[[], None], together: list[bytes]) -> None:
        if bad in together:
            raise OSError(28, "No space left on device")
        write()

    with TemporaryDirectory() as folder:
        vault = Vault(Path(folder))
        keeping = LetterKeeping(vault)
        keys = [keeping.add(raw) for raw in raws]
        assert not any(vault.holds(key) for key in keys)
        assert [keeping.keeps({key}) for key in keys] == [False] * len(keys)
        install(FaultPoint.KEEP_BYTES, fail)
        taken = len(raws)
        try:
            keeping.write()
        except StorageFailed:
            taken = raws.index(bad)
        finally:
            remove(FaultPoint.KEEP_BYTES)
        assert (taken < len(raws)) == (bad in raws)
        for place, (key, raw) in enumerate(zip(keys, raws, strict=True)):
            before = place < taken or raw in raws[:taken]
            assert keeping.keeps({key}) == before
            assert vault.holds(key) == before
        assert keeping.keeps(set(keys)) == (bad not in raws)
        # Once there is room again
        keeping.write()
        assert [vault.open(key) for key in keys] == raws


def test_no_more_waits_than_a_batch_of_octets(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    keeping = LetterKeeping(vault)
    third = BATCH_BYTES // 3
    waiting = []
    for number in range(7):
        keys = [keeping.add(b"%d" % number * third)]
        waiting.append(not keeping.keeps(keys))
    assert waiting == [True, True, True, False, True, True, True]
    assert not keeping.keeps(keys)
