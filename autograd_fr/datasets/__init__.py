"""Data to train on: small sets that come along or are drawn, large ones from files."""

from .bundled import Digits as Digits
from .bundled import digits as digits
from .idx import read_idx as read_idx
from .local import MNIST as MNIST
from .local import FashionMNIST as FashionMNIST
from .local import fashion_mnist as fashion_mnist
from .local import mnist as mnist
from .mixture import GaussianMixture as GaussianMixture
from .mixture import gaussian_mixture as gaussian_mixture
from .tables import HoursOfSleep as HoursOfSleep
from .tables import Sales as Sales
from .tables import hours_of_sleep as hours_of_sleep
from .tables import line_points as line_points
from .tables import logistic_points as logistic_points
from .tables import sales_table as sales_table
from .tables import truth_table as truth_table
from .tabular import Table as Table
from .tabular import read_csv as read_csv
from .toys import blobs as blobs
from .toys import circles as circles
from .toys import moons as moons
from .toys import ring as ring
from .toys import sine as sine
from .toys import spirals as spirals
from .toys import xor as xor
