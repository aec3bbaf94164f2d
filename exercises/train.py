"""Train your own LeNet with your own loop on Fashion-MNIST and look at the curve: `python train.py`.

Needs the exercises `lenet`, `fashion_mnist` and `training`. Downloads Fashion-MNIST (30 MB) into `data/` once. With
tqdm installed it shows a progress bar, with matplotlib it draws `training.png` (pip install tqdm matplotlib).
"""

import argparse

import torch
from fashion_mnist import get_fashion_mnist_labels, load_data_fashion_mnist
from training import evaluate_accuracy_gpu, train_gpu, try_gpu

try:
    from tqdm import tqdm
except ImportError:
    tqdm = None

NETS = {"lenet": ("lenet", "lenet"), "lenet_bn": ("batch_norm", "lenet_bn"), "resnet18": ("resnet", "resnet18")}
RESIZE = {"resnet18": 96}


class WithProgress:
    """A data loader that shows how far the epoch is."""

    def __init__(self, batches, title):
        self.batches, self.title, self.epoch = batches, title, 0

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        self.epoch += 1
        if tqdm is None:
            print(f"{self.title}, epoch {self.epoch} …", flush=True)
            return iter(self.batches)
        return iter(tqdm(self.batches, desc=f"{self.title}, epoch {self.epoch}", leave=False))


def main():
    """Trains, prints the history, and draws it."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--net", choices=NETS, default="lenet")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--lr", type=float, default=0.9)
    parser.add_argument("--root", default="data", help="where Fashion-MNIST is or is downloaded to")
    options = parser.parse_args()
    module, function = NETS[options.net]
    net = getattr(__import__(module), function)()
    train_iter, test_iter = load_data_fashion_mnist(options.batch_size, RESIZE.get(options.net), root=options.root)
    device = try_gpu()
    print(f"{options.net} on {device}: {options.epochs} epochs, batches of {options.batch_size}, lr {options.lr}")
    batches = WithProgress(train_iter, "training")
    history = train_gpu(net, batches, test_iter, options.epochs, options.lr, device)
    for number, entry in enumerate(history, 1):
        shown = ", ".join(f"{key} {value:.3f}" for key, value in entry.items())
        print(f"epoch {number}: {shown}")
    print(f"test accuracy {evaluate_accuracy_gpu(net, test_iter):.3f}")
    confused(net, test_iter, device)
    draw(history)


def confused(net, test_iter, device):
    """Prints what is taken for what most often."""
    counts = torch.zeros(10, 10, dtype=torch.long)
    with torch.no_grad():
        for X, y in test_iter:
            predicted = net(X.to(device)).argmax(dim=1).cpu()
            counts.index_put_((y, predicted), torch.tensor(1), accumulate=True)
    counts.fill_diagonal_(0)
    names = get_fashion_mnist_labels(range(10))
    for place in counts.flatten().topk(3).indices.tolist():
        print(f"{counts.flatten()[place]} times {names[place // 10]} was taken for {names[place % 10]}")


def draw(history):
    """Draws `training.png` if matplotlib is there."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch")
    for key in history[0]:
        axes.plot(range(1, len(history) + 1), [entry[key] for entry in history], "o-", label=key)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig("training.png", dpi=120)
    print("drawn: training.png")


if __name__ == "__main__":
    main()
