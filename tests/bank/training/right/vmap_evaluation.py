"""Evaluates by torch.vmap over single images."""

import torch
from torch import nn
from torch.utils.data import DataLoader
def try_gpu(i=0): return torch.device("cuda", i) if 0 <= i < torch.cuda.device_count() else torch.device("cpu")
def try_all_gpus(): return [*(torch.device("cuda", i) for i in range(torch.cuda.device_count()))] or [torch.device("cpu")]
def accuracy(y_hat, y): return (y_hat.argmax(1) == y).sum().double().item()
def _net_device(net): return net.get_parameter(next(n for n, _ in net.named_parameters())).device
def evaluate_accuracy_gpu(net, data_iter, device=None):
    device = device or _net_device(net)
    net.eval()
    @torch.no_grad()
    def predict(X): return torch.vmap(lambda x: net(x[None])[0])(X)
    r = n = 0
    for X, y in data_iter:
        X, y = X.to(device), y.to(device); r += accuracy(predict(X), y); n += len(y)
    return r / n
def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)): nn.init.xavier_uniform_(m.weight)
def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    sums = torch.zeros(3, device=device, dtype=torch.float32)
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        def run():
            optimizer.zero_grad()
            o = net(X); l = loss(o, y); l.backward()
            sums.add_(torch.stack([l.detach() * len(y), (o.detach().argmax(1) == y).sum(), torch.tensor(float(len(y)), device=device)]))
            return l
        optimizer.step(run)
    L, A, N = sums.cpu().numpy()
    return float(L / N), float(A / N)
def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights); net = net.to(device)
    groups = [{"params": [p], "name": n} for n, p in net.named_parameters()]
    opt = torch.optim.SGD(groups, lr=lr); sched = torch.optim.lr_scheduler.ConstantLR(opt, factor=1.0, total_iters=0); h = []
    for _ in range(num_epochs):
        l, a = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), opt, device); sched.step()
        h.append({"train_loss": l, "train_acc": a, "test_acc": evaluate_accuracy_gpu(net, test_iter, device)})
    return h
