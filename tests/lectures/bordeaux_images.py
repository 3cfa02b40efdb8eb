"""Université de Bordeaux, "Introduction au Deep Learning": images and convolution."""

from __future__ import annotations

import math
import re

import numpy as np

import autograd_fr as ag
from autograd_fr import datasets, metrics, models, nn, optim, transforms, viz
from autograd_fr.nn import functional as F
from autograd_fr.utils import data

from .items import ITEMS, computes, float64, leaf, size

close = np.testing.assert_allclose


def quoted(net):
    """The shares of right answers that the documentation of a net quotes from its book."""
    return [float(percent) / 100 for percent in re.findall(r"([\d.]+) %", net.__doc__)]


# Images of digits


@computes("S001-08")
def net_of_the_book(given):
    net = models.Nielsen1(*given["sizes"])

    images, labels = datasets.digits()  # 8x8, in the place of MNIST
    small = models.Nielsen1(64, 30, 10)
    ag.manual_seed(0)
    small.reset_parameters()
    sgd = optim.SGD(small.parameters(), lr=3.0)
    history = ag.training.fit(
        small, (images, labels), models.quadratic_cost, sgd, epochs=5, batch_size=10, seed=0,
        validation=0.2, metrics=["accuracy"], progress=False,
    )  # fmt: skip
    assert history["val_accuracy"][-1] > 0.85
    return {"param_count": size(net), "external_reference_accuracy": quoted(models.Nielsen1)[0]}


@computes("S001-09")
def errors_on_mnist(given):
    net = models.Nielsen1()
    assert (net[0].in_features, net[-2].out_features) == (given["d"], given["K"])
    true = np.zeros(given["test"], int)
    predicted = true.copy()
    predicted[: given["misclassified"]] = 1
    assert metrics.errors(predicted, true) == given["misclassified"]
    accuracy = metrics.accuracy(predicted, true)
    assert accuracy > 0.99
    return {"accuracy": accuracy, "pixels": ag.zeros(28, 28).numel()}


@computes("S001-10")
def misclassified_images(given):
    true, predicted = np.array(given["y_true"]), np.array(given["y_pred"])
    # Each image has its own shade: what is drawn tells which ones are shown.
    images = np.arange(len(true))[:, None, None] / len(true) * np.ones((4, 4))
    ax = viz.plot_misclassified(images, true, predicted)
    corners = [(text.get_text(), text.get_verticalalignment()) for text in ax.texts]
    assert [place for _, place in corners] == ["top", "bottom"] * (len(corners) // 2)
    assert all(text.get_horizontalalignment() == "right" for text in ax.texts)
    names = [int(name) for name, _ in corners]
    wrong = np.flatnonzero(true != predicted)
    shades = ax.images[0].get_array()
    assert all((np.isclose(shades, 1 - images[k, 0, 0]).all(-1)).any() for k in wrong)
    return {
        "misclassified_indices": wrong,
        "captions": [names[i : i + 2] for i in range(0, len(names), 2)],
        "accuracy": metrics.accuracy(predicted, true),
    }


@computes("S001-38")
def shifted_copies(given):
    image = float64(given["image"])

    def shifted(right, down):
        return transforms.affine.affine(image.numpy(), 0, (right, down), 1, (0, 0))

    train = data.TensorDataset(ag.arange(ITEMS["S001-09"].given["train"]))
    ag.manual_seed(0)
    drawn = {transforms.RandomShift(1)(image).numpy().tobytes() for _ in range(500)}
    every = [shifted(right, down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    assert drawn == {each.tobytes() for each in every}
    return {
        "shift_right_by_1_zero_fill": shifted(1, 0),
        "shift_up_by_1_zero_fill": shifted(0, -1),
        "original_plus_4_shifts_of_50000": len(data.ConcatDataset([train] * (1 + 4))),
    }


# Convolution


def plane(values):
    """One image of one channel."""
    return float64(values)[None, None]


@computes("S001-25")
def convolutional_layer(given):
    image, kernel = plane(given["image"]).requires_grad_(), plane(given["kernel"]).requires_grad_()
    bias = leaf([given["bias"]])
    layer = F.conv2d(image, kernel, bias)
    layer.backward(plane(given["upstream"]))
    with ag.no_grad():
        correlation = F.conv2d(image, kernel)[0, 0]
        convolution = F.conv2d(image, kernel.flip(-1, -2))[0, 0]
    one_filter = nn.Conv2d(1, 1, 5)
    return {
        "cross_correlation": correlation,
        "true_convolution": convolution,
        "cross_correlation_plus_bias_relu": layer.detach().relu()[0, 0],
        "dkernel_corr": kernel.grad[0, 0],
        "dimage_corr": image.grad[0, 0],
        "dbias": bias.grad.item(),
        "out_size_28_5": one_filter(ag.zeros(1, 1, 28, 28)).shape[-1],
        "params_one_filter_5x5": size(one_filter),
    }


def matrix_of(layer, height, width):
    """The matrix of a layer that is linear in its image: its Jacobian, anywhere."""
    image = ag.zeros(1, 1, height, width, dtype=ag.float64)
    jacobian = ag.autograd.functional.jacobian(layer, image, vectorize=True)
    return jacobian.reshape(-1, height * width)


@computes("S001-26")
def toeplitz_matrix(given):
    image, kernel = plane(given["image"]), plane(given["kernel"])
    T = matrix_of(lambda x: F.conv2d(x, kernel), *image.shape[2:])
    product = T @ image.flatten()
    close(product, F.conv2d(image, kernel).flatten())
    # A kernel of ones has no zeros, which leaves those of the structure.
    places = matrix_of(lambda x: F.conv2d(x, ag.ones_like(kernel)), *image.shape[2:])
    (per_row,) = {*places.sum(1).int().tolist()}
    mnist = matrix_of(lambda x: F.conv2d(x, ag.ones(1, 1, 5, 5, dtype=ag.float64)), 28, 28)
    rows, columns = ag.arange(mnist.shape[0]), ag.arange(mnist.shape[1])
    offset = (columns // 28 - rows[:, None] // 24, columns % 28 - rows[:, None] % 24)
    inside = (offset[0] >= 0) & (offset[0] < 5) & (offset[1] >= 0) & (offset[1] < 5)
    assert (inside == (mnist != 0)).all()  # rows are shifted copies of each other
    return {
        "toeplitz_shape": T.shape,
        "row0": T[0],
        "row3": T[3],
        "nonzero_structural_per_row": per_row,
        "product": product,
        "mnist_5x5_shape": mnist.shape,
        "mnist_5x5_structural_nonzeros": mnist.count_nonzero(),
        "mnist_5x5_density": (mnist != 0).double().mean(),
    }


@computes("S001-27")
def several_filters(given):
    conv = nn.Conv2d(1, given["filters"], given["size"], dtype=ag.float64)
    out = conv(ag.zeros(1, 1, *given["input"], dtype=ag.float64))
    blocks = matrix_of(lambda x: F.conv2d(x, conv.weight.detach()), *given["input"])
    for k, block in enumerate(blocks.chunk(given["filters"])):  # one below the other
        kernel = conv.weight.detach()[k : k + 1]
        assert (block == matrix_of(lambda x, w=kernel: F.conv2d(x, w), *given["input"])).all()
    return {
        "output_shape": out.shape[1:],
        "block_toeplitz_shape": blocks.shape,
        "params": size(conv),
        "dense_equivalent_params": size(nn.Linear(*reversed(blocks.shape))),
    }


# Pooling


def pooled(pool, given):
    x = plane(given["x"]).requires_grad_()
    out = pool(x)
    out.backward(plane(given["upstream"]))
    return out.detach()[0, 0], x.grad[0, 0]


@computes("S001-28")
def max_pooling(given):
    out, dx = pooled(nn.MaxPool2d(2), given)
    tied = float64(given["x"])[2:, 2:]
    assert (tied == tied.max()).sum() == 2 and dx[2:, 2:].count_nonzero() == 1  # the first of two
    return {
        "maxpool": out,
        "dx_first_argmax": dx,
        "mnist_24_to": nn.MaxPool2d(2)(ag.zeros(1, 1, 24, 24)).shape[-1],
    }


@computes("S001-29")
def l2_pooling(given):
    out, dx = pooled(nn.LPPool2d(2, 2), given)
    blocks = float64(given["x"]).unfold(0, 2, 2).unfold(1, 2, 2)
    close(out, ag.linalg.vector_norm(blocks, dim=(2, 3)))
    zeros = ag.zeros(1, 1, 2, 2, requires_grad=True)
    nn.LPPool2d(2, 2)(zeros).sum().backward()
    return {"l2pool": out, "dx": dx, "dx_of_all_zero_window": zeros.grad.abs().max()}


# Nets of convolutions


def convolutional(*head):
    """The lecture's net: 28 → 24 by three filters 5x5, → 12 by pooling, then flat; and its head."""
    body = nn.Sequential(nn.Conv2d(1, 3, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    net = nn.Sequential(*body, *head, nn.Softmax(-1))
    out = net(ag.rand(2, 1, 28, 28))
    close(out.sum(-1).detach(), 1, rtol=1e-5)
    return net, body(ag.zeros(1, 1, 28, 28)).shape[1]


@computes("S001-30")
def fully_connected_on_top(given):
    net, flat = convolutional(nn.LazyLinear(10))
    sizes = [size(part) for part in net if size(part)]
    return {"flat": flat, "conv_params": sizes[0], "fc_params": sizes[1], "total": size(net)}


@computes("S001-31")
def one_more_hidden_layer(given):
    net, _ = convolutional(nn.LazyLinear(100), nn.ReLU(), nn.LazyLinear(10))
    sizes = [size(part) for part in net if size(part)]
    return {"fc1": sizes[1], "fc2": sizes[2], "total": size(net)}


@computes("S001-41")
def net_behind_the_33_errors(given):
    net = models.Nielsen6()
    close(net(ag.zeros(2, 1, 28, 28)).shape, (2, 10))
    single, five = quoted(models.Nielsen6)
    wrong = ITEMS["S001-09"].given
    close(five, 1 - wrong["misclassified"] / wrong["test"])
    return {
        "flat": net.fc1.in_features,
        "conv1": size(net.conv1),
        "conv2": size(net.conv2),
        "fc1": size(net.fc1),
        "fc2": size(net.fc2),
        "softmax": size(net.fc3),
        "total": size(net),
        "book_accuracy_single": single,
        "book_accuracy_ensemble5": five,
    }


# Filters


@computes("S001-32")
def picture_of_learned_filters(given):
    conv = nn.Conv2d(1, 20, 5)
    ax = viz.plot_filters(conv)
    assert len(ax.images) == conv.out_channels
    for panel, kernel in zip(ax.images, conv.weight):
        close(panel.get_array(), kernel[0].detach())
    assert len({panel.get_clim() for panel in ax.images}) == 1  # one scale of colours
    greatest = conv.weight.abs().max().item()
    close(ax.images[0].get_clim(), (-greatest, greatest))


def gabor(x, y, theta, given):
    """`exp(-(x'² + γ² y'²) / (2 σ²)) cos(2 π x' / λ + ψ)`, x', y' being x, y turned by theta."""
    across = x * ag.cos(theta) + y * ag.sin(theta)
    along = -x * ag.sin(theta) + y * ag.cos(theta)
    bell = ag.exp(-(across**2 + (given["gamma"] * along) ** 2) / (2 * given["sigma"] ** 2))
    return bell * ag.cos(2 * math.pi * across / given["lambda"] + given["psi"])


@computes("S001-33")
def gabor_filters(given):
    side = ag.arange(-4, 5, dtype=ag.float64)
    y, x = ag.meshgrid(side, side, indexing="ij")
    straight, turned = (
        gabor(x, y, float64(math.radians(given["theta"] + more)), given) for more in (0, 90)
    )
    close(turned, straight.T, atol=1e-12)
    angles = [gabor(x, y, float64(math.pi * k / 4), given) for k in range(4)]
    assert len(viz.plot_filters(ag.stack(angles)[:, None]).images) == 4

    def at(filter, x, y):
        return filter[4 + y, 4 + x]

    return {
        "g(0,0)": at(straight, 0, 0),
        "g(1,0)": at(straight, 1, 0),
        "g(2,0)": at(straight, 2, 0),
        "g(0,2)": at(straight, 0, 2),
        "g_theta90(0,2)": at(turned, 0, 2),
    }
