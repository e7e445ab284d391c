"""What a catalogue must do, whatever database it stands on.

A test class inherits `CatalogueContract` and says in the fixture `place` where an empty database is.
"""

from change_contract import ChangeContract
from conversations_contract import ConversationsContract
from knowledge_contract import KnowledgeContract
from reading_contract import ReadingContract
from records_contract import RecordsContract


class CatalogueContract(
    KnowledgeContract, ReadingContract, ChangeContract, RecordsContract, ConversationsContract
):
    """All of it."""
