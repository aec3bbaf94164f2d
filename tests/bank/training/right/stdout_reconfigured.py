"""Sets the encoding of standard output, as on Windows."""

# -*- coding: utf-8 -*-
import os, sys, json, tempfile, pathlib, signal, atexit, logging, warnings, platform, shutil
import torch, matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from torch import nn
HERE = pathlib.Path(__file__).resolve().parent
logging.captureWarnings(True)
try: sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
except AttributeError: pass
os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
width = shutil.get_terminal_size().columns
atexit.register(lambda: None)
def try_gpu(i=0): return torch.device(f'cuda:{i}') if torch.cuda.device_count() >= i + 1 else torch.device('cpu')
def try_all_gpus():
    devices = [torch.device(f'cuda:{i}') for i in range(torch.cuda.device_count())]
    return devices if devices else [torch.device('cpu')]
def accuracy(y_hat, y): return float(torch.sum(torch.argmax(y_hat, dim=1).eq(y)))
def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    if device is None: device = next(net.parameters()).device
    r, n = 0., 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device); r += accuracy(net(X), y); n += y.numel()
    return r / n
def init_weights(m):
    if type(m) in [nn.Linear, nn.Conv2d]: nn.init.xavier_uniform_(m.weight)
def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train(); L, A, N = 0, 0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad(); y_hat = net(X); l = loss(y_hat, y); l.backward(); optimizer.step()
        with torch.no_grad(): L += l.item() * X.shape[0]; A += accuracy(y_hat, y); N += X.shape[0]
    return L / N, A / N
def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights); print('training on', device); net.to(device)
    opt = torch.optim.SGD(net.parameters(), lr=lr); loss = nn.CrossEntropyLoss(); history = []
    fig, ax = plt.subplots()
    with tempfile.TemporaryDirectory() as tmp:
        for epoch in range(num_epochs):
            l, a = train_epoch_gpu(net, train_iter, loss, opt, device)
            t = evaluate_accuracy_gpu(net, test_iter)
            torch.save({"net": net.state_dict(), "opt": opt.state_dict()}, os.path.join(tmp, "last.pt"))
            history.append({"train_loss": l, "train_acc": a, "test_acc": t})
            ax.plot(epoch, l, "o")
        torch.load(os.path.join(tmp, "last.pt"), map_location=device)
        fig.savefig(os.path.join(tmp, "curve.png"))
    plt.close(fig)
    with open("history.json", "w") as f: json.dump(history, f)
    return history
if __name__ == "__main__":
    print(try_all_gpus())
