"""Taking rows out of fragments, and putting fragments in place of others."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from lance import FragmentMetadata, LanceDataset, LanceOperation

from wellread.index.lance import merge
from wellread.index.lance.rows import Entries
from wellread.index.lance.storage import Storage
from wellread.index.lance.terms import Terms


def merged_postings(terms: Terms, numbers: Sequence[int], postings: Storage) -> list[FragmentMetadata]:
    """Fragments with the postings of some segments together, written to `postings`."""
    reader = merge.postings_of(terms.postings, numbers, terms.entries.row_of)
    return postings.write(reader)


def replaced(
    storage: Storage, before: int, numbers: Sequence[int], written: Sequence[FragmentMetadata]
) -> LanceDataset:
    """The dataset with `written` in place of the fragments of these numbers."""
    operation = LanceOperation.Update(removed_fragment_ids=list(numbers), new_fragments=list(written))
    return storage.commit(operation, before)


def without(entries: Entries, gone: npt.NDArray[np.integer]) -> tuple[list[int], list[FragmentMetadata]]:
    """Fragments that lose all their rows, and those that lose some, as they then are."""
    removed, updated = [], []
    addresses = entries.addresses[gone]
    for number in np.unique(addresses >> np.uint64(32)).tolist():
        inside = addresses[addresses >> np.uint64(32) == number] & np.uint64(2**32 - 1)
        fragment = entries.dataset.get_fragment(number)
        assert fragment is not None
        left = fragment.delete_rows(inside.tolist())
        if left is None:
            removed.append(number)
        else:
            updated.append(left)
    return removed, updated
