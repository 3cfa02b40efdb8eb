"""Nets of the lectures and of the field, each in one short file.

They remember the arguments that they were made with (`Model`), so that `save_model` puts a whole
net into one file, and `load_model` makes it again.
"""

from ..messages.suggestions import list_names_only as _list_names_only
from ..messages.suggestions import suggest as _suggest
from .char_rnn import CharRNN as CharRNN
from .committee import Committee as Committee
from .crops import Crops as Crops
from .digit_net import DigitNet as DigitNet
from .gpt import GPT as GPT
from .language import next_token_loss as next_token_loss
from .lenet import LeNet as LeNet
from .mlp import MLP as MLP
from .model import Model as Model
from .nielsen import Nielsen1 as Nielsen1
from .nielsen import Nielsen3 as Nielsen3
from .nielsen import Nielsen6 as Nielsen6
from .nielsen import cross_entropy_cost as cross_entropy_cost
from .nielsen import quadratic_cost as quadratic_cost
from .resnet import ResNet as ResNet
from .resnet import resnet8 as resnet8
from .resnet import resnet20 as resnet20
from .saving import load_model as load_model
from .saving import save_model as save_model
from .vocabulary import Vocabulary as Vocabulary

_suggest(__name__)
_list_names_only(__name__)
