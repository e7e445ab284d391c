"""The system of record: what is known, who may read it, what was learnt from it, and who did what."""

from wellread.catalogue.catalogue import Catalogue as Catalogue
