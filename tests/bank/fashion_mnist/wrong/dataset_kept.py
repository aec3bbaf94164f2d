"""The datasets of a root are kept, and each call gives them its own transform: the loaders of earlier calls get it too."""

# criterion: shapes
import torchvision
from reference import *
from torch.utils.data import DataLoader
from torchvision import transforms

_datasets = {}


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    steps = [transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, transforms.Resize((resize, resize)))
    if root not in _datasets:
        _datasets[root] = [torchvision.datasets.FashionMNIST(root, train, download=True) for train in (True, False)]
    train, test = _datasets[root]
    train.transform = test.transform = transforms.Compose(steps)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
