"""Data in batches, under PyTorch's names."""

from ...messages.suggestions import suggest as _suggest
from .collate import default_collate as default_collate
from .collate import default_convert as default_convert
from .combined import ChainDataset as ChainDataset
from .combined import ConcatDataset as ConcatDataset
from .combined import StackDataset as StackDataset
from .dataloader import DataLoader as DataLoader
from .dataset import Dataset as Dataset
from .dataset import IterableDataset as IterableDataset
from .dataset import TensorDataset as TensorDataset
from .sampler import BatchSampler as BatchSampler
from .sampler import RandomSampler as RandomSampler
from .sampler import Sampler as Sampler
from .sampler import SequentialSampler as SequentialSampler
from .sampler import SubsetRandomSampler as SubsetRandomSampler
from .sampler import WeightedRandomSampler as WeightedRandomSampler
from .subset import Subset as Subset
from .subset import TransformedDataset as TransformedDataset
from .subset import random_split as random_split
from .workers import WorkerInfo as WorkerInfo
from .workers import get_worker_info as get_worker_info

_suggest(__name__)
