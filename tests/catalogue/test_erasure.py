"""What was removed is not in the file any more, nor in the log beside it."""

from pathlib import Path

from catalogue_samples import dataset, document, example, put, words

from wellread.catalogue import Catalogue

SECRET = "Kryptonsalat"


def left_on_disk(file: Path, text: str) -> list[str]:
    return [part.name for part in file.parent.iterdir() if text.encode() in part.read_bytes()]


def test_a_removed_document_is_gone_from_the_disk_after_vacuum(catalogue: Catalogue, file: Path) -> None:
    stays = put(catalogue, "stays.md", "Rapunzel grows here")
    uri = f"{SECRET}.md"
    put(catalogue, uri, f"{SECRET} is served " * 200, title=SECRET)
    put(catalogue, uri, f"{SECRET} was changed")
    secret = document(uri)
    passage = catalogue.knowledge.passages(secret.id)[0]
    rows = [(example(SECRET, [(passage.id, secret.id)]), "train")]
    catalogue.learning.save_dataset("d", dataset("d", rows), rows)
    assert left_on_disk(file, SECRET)
    catalogue.knowledge.remove(secret.id, "t")
    catalogue.learning.erase_examples(catalogue.learning.examples_of_document(secret.id), "t")
    catalogue.vacuum()
    assert left_on_disk(file, SECRET) == []
    assert left_on_disk(file, "Rapunzel") == [file.name]
    assert catalogue.knowledge.document(stays.id) == stays
    catalogue.knowledge.put(document("new.md"), words("alpha"), "t")
