"""The batches are resized when collated."""
import torch
import torchvision
from torch.utils import data
from torchvision import transforms


def get_fashion_mnist_labels(labels):
    text_labels = ["t-shirt", "trouser", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [text_labels[int(i)] for i in labels]


class Collate:
    def __init__(self, resize):
        self.resize = resize

    def __call__(self, samples):
        images, labels = zip(*samples)
        X = torch.stack(images)
        if self.resize is not None:
            X = torch.nn.functional.interpolate(X, size=self.resize, mode="bilinear", align_corners=False)
        return X, torch.tensor(labels)


def load_data_fashion_mnist(batch_size, resize=None, root="data"):
    sets = [torchvision.datasets.FashionMNIST(root, train=t, transform=transforms.ToTensor(), download=True) for t in (True, False)]
    return [data.DataLoader(s, batch_size=batch_size, shuffle=s.train, collate_fn=Collate(resize)) for s in sets]
