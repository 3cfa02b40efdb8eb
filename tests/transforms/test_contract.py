"""What all transforms keep to: kinds, shapes, dtypes, the seed, and images left alone."""

import threading

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors, transforms
from autograd_fr.transforms import functional
from autograd_fr.utils.data import DataLoader, TensorDataset, TransformedDataset

RANDOM = {
    "distortion": lambda **g: transforms.RandomDistortion(9, (0.1, 0.1), alpha=20, sigma=2, **g),
    "affine": lambda **g: transforms.RandomAffine(9, (0.1, 0.1), (0.9, 1.1), 5, **g),
    "rotation": lambda **g: transforms.RandomRotation(20, **g),
    "elastic": lambda **g: transforms.ElasticTransform(20.0, 2.0, **g),
    "shift": lambda **g: transforms.RandomShift(2, **g),
    "fractional shift": lambda **g: transforms.RandomShift(1.5, fractional=True, **g),
    "crop": lambda **g: transforms.RandomCrop(10, padding=1, **g),
    "horizontal flip": lambda **g: transforms.RandomHorizontalFlip(**g),
    "vertical flip": lambda **g: transforms.RandomVerticalFlip(**g),
    "erasing": lambda **g: transforms.RandomErasing(p=0.8, scale=(0.1, 0.3), **g),
    "random erasing": lambda **g: transforms.RandomErasing(p=0.8, value="random", **g),
    "noise": lambda **g: transforms.GaussianNoise(sigma=0.2, **g),
    "brightness": lambda **g: transforms.ColorJitter(0.5, 0.5, **g),
    "jitter": lambda **g: transforms.ColorJitter(0.5, 0.5, 0.5, 0.2, **g),
    "hsv": lambda **g: transforms.RandomHSV(**g),
    "apply": lambda **g: transforms.RandomApply([lambda x: x[..., ::-1]], **g),
}
FIXED = {
    "float": transforms.ToFloat,
    "normalize": lambda: transforms.Normalize(0.5, 0.25),
    "pad": lambda: transforms.Pad(2),
    "reflection": lambda: transforms.Pad((1, 2), padding_mode="reflect"),
    "center": lambda: transforms.CenterCrop(8),
    "compose": lambda: transforms.Compose([transforms.ToFloat(), transforms.CenterCrop(8)]),
}
EVERY = RANDOM | FIXED
COLOURED = ("jitter", "hsv")
FLOATS_ONLY = ("noise", "normalize")


def images_for(name, n=6, dtype=np.float32, seed=0):
    values = np.random.default_rng(seed).random((n, 3, 12, 11))
    return (values * 255).astype(dtype) if dtype == np.uint8 else values.astype(dtype)


@pytest.mark.parametrize("name", EVERY)
def test_tensors_give_tensors_and_arrays_arrays_with_the_same_numbers(name):
    images = images_for(name)
    _ = ag.manual_seed(0)
    array = EVERY[name]()(images)
    _ = ag.manual_seed(0)
    tensor = EVERY[name]()(ag.tensor(images))
    assert type(array) is np.ndarray and type(tensor) is ag.Tensor
    assert not tensor.requires_grad
    assert (tensor.numpy() == array).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8])
@pytest.mark.parametrize("name", EVERY)
def test_the_dtype_stays(name, dtype):
    if dtype == np.uint8 and name in FLOATS_ONLY:
        with pytest.raises(
            errors.DtypeError, match=r"takes floats, these are bytes; apply ToFloat"
        ):
            EVERY[name]()(images_for(name, dtype=dtype))
        return
    result = EVERY[name]()(images_for(name, dtype=dtype))
    to_float = dtype == np.uint8 and name in ("float", "compose")
    assert result.dtype == (np.float32 if to_float else dtype)


@pytest.mark.parametrize("name", sorted(EVERY.keys() - set(COLOURED)))
def test_grey_images_are_those_of_one_channel(name):
    batch = images_for(name)[:, 0]
    results = []
    for images in (batch, batch[:, None], batch[0], batch[:1]):
        _ = ag.manual_seed(1)
        results.append(EVERY[name]()(images))
    assert results[0].ndim == 3 and (results[0] == results[1][:, 0]).all()
    assert results[2].ndim == 2 and (results[2] == results[3][0]).all()


@pytest.mark.parametrize("name", EVERY)
def test_images_are_left_alone_and_shared_with_no_result(name):
    images = images_for(name)
    given = images.copy()
    result = EVERY[name]()(images)
    assert (images == given).all()
    assert name == "float" or not np.shares_memory(result, images)


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_or_a_generator_decides(name):
    transform, images = RANDOM[name](), images_for(name, n=30)
    _ = ag.manual_seed(7)
    first, second = transform(images), transform(images)
    _ = ag.manual_seed(7)
    assert (transform(images) == first).all()
    assert (first != second).any()
    own = RANDOM[name](generator=ag.Generator(7))
    state = ag.get_rng_state()
    assert (own(images) == first).all() and (own(images) == second).all()
    assert (ag.get_rng_state() == state).all()


@pytest.mark.parametrize("name", sorted(RANDOM.keys() - {"apply"}))
def test_images_of_a_batch_vary_on_their_own(name):
    images = np.repeat(images_for(name, n=1), 40, 0)
    _ = ag.manual_seed(0)
    results = RANDOM[name]()(images)
    distinct = {result.tobytes() for result in results}
    assert len(distinct) > (1 if "flip" in name else 4)


@pytest.mark.parametrize("name", EVERY)
def test_no_images_are_no_images(name):
    result = EVERY[name]()(images_for(name, n=0))
    assert result.shape[:2] == (0, 3)


@pytest.mark.parametrize("name", EVERY)
def test_strided_images_are_as_good(name):
    images = np.asfortranarray(images_for(name, n=9))[::2]
    _ = ag.manual_seed(0)
    found = EVERY[name]()(images)
    _ = ag.manual_seed(0)
    assert (found == EVERY[name]()(np.ascontiguousarray(images))).all()


@pytest.mark.parametrize("name", EVERY)
def test_what_is_no_batch_of_images_is_refused(name):
    transform = EVERY[name]()
    with pytest.raises(errors.GraphError, match=r"images are data.* give images.detach\(\)"):
        transform(ag.tensor(images_for(name), requires_grad=True))
    with pytest.raises(errors.DtypeError, match="takes an array or a tensor, not list"):
        transform(images_for(name).tolist())
    with pytest.raises(errors.DtypeError, match=r"floats or bytes \(uint8\), not int64"):
        transform(np.ones((2, 12, 11), np.int64))
    for shape in [(), (3,), (1, 2, 3, 12, 11)]:
        with pytest.raises(errors.ShapeError, match="images are"):
            transform(np.ones(shape))


@pytest.mark.parametrize("name", EVERY)
def test_images_without_pixels_are_refused(name):
    for shape in [(2, 3, 0, 6), (2, 3, 6, 0), (0, 0)]:
        with pytest.raises(errors.ShapeError, match="these images have no pixels"):
            EVERY[name]()(np.ones(shape, np.float32))


def test_what_numpy_can_read_is_told_from_our_tensors():
    torch = pytest.importorskip("torch")
    words = r"takes an array or a tensor, not torch's Tensor; give np.asarray\(...\) of it"
    with pytest.raises(errors.DtypeError, match=words):
        transforms.RandomRotation(5)(torch.ones(2, 4, 4))


@pytest.mark.parametrize("name", COLOURED)
def test_hue_and_saturation_are_of_three_channels(name):
    for images in (np.ones((5, 8, 8)), np.ones((5, 4, 8, 8))):
        with pytest.raises(errors.ShapeError, match="red, green and blue; these have"):
            EVERY[name]()(images)


@pytest.mark.parametrize("name", RANDOM)
def test_a_generator_is_one_of_the_package(name):
    with pytest.raises(errors.DtypeError, match=r"generator is an ag.Generator or None, not int"):
        RANDOM[name](generator=3)


@pytest.mark.parametrize("name", sorted(EVERY.keys() - {"apply"}))  # that holds a lambda
def test_what_it_prints_makes_it_again(name):
    transform = EVERY[name]()
    assert repr(eval(repr(transform), vars(transforms))) == repr(transform)


def test_threads_with_generators_of_their_own_do_not_disturb_each_other(frequent_switches):
    images = images_for("distortion", n=60)
    wanted = [RANDOM["distortion"](generator=ag.Generator(k))(images) for k in range(4)]
    found = [None] * 4

    def work(k):
        found[k] = RANDOM["distortion"](generator=ag.Generator(k))(images)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((a == b).all() for a, b in zip(found, wanted))


def test_functions_have_torchvisions_names():
    for name in [
        "affine",
        "crop",
        "center_crop",
        "erase",
        "horizontal_flip",
        "normalize",
        "pad",
        "rotate",
    ]:
        assert getattr(functional, name).__name__ == name


def test_a_loader_varies_images_alike_with_any_number_of_workers():
    images = np.random.default_rng(0).random((50, 28, 28), np.float32)
    data = TransformedDataset(
        TensorDataset(ag.tensor(images), ag.arange(50)),
        transforms.RandomDistortion(10, (0.1, 0.1), alpha=34, sigma=4),
    )
    epochs = []
    for workers in (0, 2):
        _ = ag.manual_seed(0)
        loader = DataLoader(data, batch_size=16, shuffle=True, num_workers=workers)
        epochs.append([(x.numpy(), y.numpy()) for x, y in loader])
    assert len(epochs[0]) == 4
    for (x, y), (other_x, other_y) in zip(*epochs):
        assert (x == other_x).all() and (y == other_y).all()
        assert (x != images[y]).any((1, 2)).all()


@pytest.mark.parametrize("kind", [np.asarray, ag.tensor])
@pytest.mark.parametrize("shape", [(8, 28, 28), (2, 28, 28), (28, 28)])
@pytest.mark.parametrize(
    "name",
    ["CenterCrop", "ColorJitter", "ElasticTransform", "GaussianNoise", "Pad", "RandomAffine",
     "RandomCrop", "RandomDistortion", "RandomErasing", "RandomHSV", "RandomHorizontalFlip",
     "RandomRotation", "RandomShift", "RandomVerticalFlip"],
)  # fmt: skip
def test_images_given_in_the_place_of_arguments_are_not_printed(name, shape, kind):
    with pytest.raises(errors.RangeError) as caught:
        getattr(transforms, name)(kind(np.zeros(shape, np.float32)))
    message = str(caught.value)
    assert f", {shape[-1]})" in message and "0." not in message
    assert "RandomRotation(degrees)(images)" in message


def test_images_given_to_normalize_in_the_place_of_arguments_are_not_printed():
    with pytest.raises(errors.RangeError, match=r"^mean is .*, not an array of shape \(8, 28, 28"):
        transforms.Normalize(np.zeros((8, 28, 28)), 1.0)
