"""How operations are written by hand: the lines that one would put down oneself.

One table per family, of `Form`s by the name of the operation. What is not in a table, or whose form
gives None in a rare case, is borrowed from the catalogue as functions.
"""

from .class_losses import CLASS_LOSSES
from .elementwise import ELEMENTWISE
from .form import Form as Form
from .indexing import INDEXING
from .products import PRODUCTS
from .reductions import REDUCTIONS
from .shapes import SHAPES

FORMS: dict[str, Form] = ELEMENTWISE | REDUCTIONS | PRODUCTS | SHAPES | INDEXING | CLASS_LOSSES
