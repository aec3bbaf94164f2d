"""A DistributedSampler of one process whose epoch is set by the loader."""
import torch
import torchvision
from torch.utils import data
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    text_labels = ["t-shirt", "trouser", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [text_labels[int(i)] for i in labels]


from torch.utils.data.distributed import DistributedSampler


class EpochLoader(data.DataLoader):
    epoch = 0

    def __iter__(self):
        self.sampler.set_epoch(self.epoch)
        self.__dict__["epoch"] = self.epoch + 1
        return super().__iter__()


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    trans = [transforms.ToTensor()]
    if resize:
        trans.insert(0, transforms.Resize(resize))
    trans = transforms.Compose(trans)
    mnist_train = torchvision.datasets.FashionMNIST(
        root=root, train=True, transform=trans, download=True)
    mnist_test = torchvision.datasets.FashionMNIST(
        root=root, train=False, transform=trans, download=True)
    return (EpochLoader(mnist_train, batch_size, sampler=DistributedSampler(mnist_train, num_replicas=1, rank=0, shuffle=True)),
            data.DataLoader(mnist_test, batch_size, shuffle=False, num_workers=0))
