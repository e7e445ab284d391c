"""What a catalogue must do with conversations, whatever database it stands on."""

import pytest
from catalogue_samples import HR, put
from conversation_samples import cited, turn

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError
from wellread.records.conversation import Statement
from wellread.records.turns import WITHHELD, Ground


class ConversationsContract:
    """Inherited by `CatalogueContract`, which says what `catalogue` is."""

    def test_a_conversation_is_its_persons_and_shows_what_they_may_read(self, catalogue: Catalogue) -> None:
        stored, room = put(catalogue, "a.md", readers=HR), catalogue.conversations
        catalogue.people.add_person("ann", ["hr"])
        said = turn(
            "What\0?",
            Statement("Alpha.", (cited(stored, "alpha"),)),
            resolved="What alpha?",
            grounds=(Ground(stored.id, stored.version),),
        )
        identifier = room.begin("ann", said)
        assert room.add(identifier, "ann", turn("And?")) == 2
        first, second = room.turns(identifier, "ann")
        assert (first.question, first.resolved, second.number) == ("What\ufffd?", "What alpha?", 2)
        assert first.answer.statements == said.answer.statements
        with pytest.raises(NotFoundError):
            room.conversation(identifier, "bob")
        catalogue.people.leave("ann", "hr")
        assert room.turns(identifier, "ann")[0].answer.statements == (Statement(WITHHELD),)
        catalogue.knowledge.remove(stored.id, "t")
        catalogue.people.add_person("ann", ["hr"])
        [again, _] = room.turns(identifier, "ann")
        assert (again.answer.statements, again.resolved) == ((Statement(WITHHELD),), first.question)
        assert [one.length for one in room.of("ann")] == [2]
        catalogue.people.remove_person("ann")
        assert room.of("ann") == []
