"""Prefetches on a stream of its own, as on real GPUs."""

import torch
from torch import nn
def try_gpu(i: int = 0) -> torch.device: return torch.device("cuda", i) if i in range(torch.cuda.device_count()) else torch.device("cpu")
def try_all_gpus() -> list[torch.device]: return [try_gpu(i) for i in range(max(1, torch.cuda.device_count()))]
def accuracy(y_hat, y): return float((y_hat.argmax(axis=1).type(y.dtype) == y).type(y.dtype).sum())
class Prefetcher:
    def __init__(self, it, device):
        self.it, self.device = it, device
        self.stream = torch.cuda.Stream(device) if device.type == "cuda" else None
    def __iter__(self):
        ahead = None
        for X, y in self.it:
            if self.stream is not None:
                with torch.cuda.stream(self.stream):
                    X, y = X.to(self.device, non_blocking=True), y.to(self.device, non_blocking=True)
            else: X, y = X.to(self.device), y.to(self.device)
            if ahead is not None: yield self._ready(*ahead)
            ahead = X, y
        if ahead is not None: yield self._ready(*ahead)
    def _ready(self, X, y):
        if self.stream is not None:
            cur = torch.cuda.current_stream(self.device); cur.wait_stream(self.stream)
            X.record_stream(cur); y.record_stream(cur)
        return X, y
def evaluate_accuracy_gpu(net, data_iter, device=None):
    if device is None: device = next(net.parameters()).device
    net.eval()
    with torch.no_grad():
        hits, n = zip(*(((net(X).argmax(1) == y).sum(), len(y)) for X, y in Prefetcher(data_iter, device)))
    return sum(hits).item() / sum(n)
def init_weights(m):
    if m.__class__ in {nn.Linear, nn.Conv2d}: torch.nn.init.xavier_uniform_(m.weight, gain=1.0)
def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.set_device(device); torch.cuda.reset_peak_memory_stats(device)
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True); start.record()
    total, right, n = torch.zeros(1, device=device), torch.zeros(1, device=device), 0
    for X, y in Prefetcher(train_iter, device):
        with torch.profiler.record_function("step"):
            optimizer.zero_grad(); out = net(X); l = loss(out, y); l.backward(); optimizer.step()
        total += l.detach() * len(y); right += (out.detach().argmax(1) == y).sum(); n += len(y)
    if cuda:
        end.record(); torch.cuda.synchronize(device); start.elapsed_time(end)
        torch.cuda.max_memory_allocated(device); torch.cuda.empty_cache()
    return total.item() / n, right.item() / n
def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    if device.type == "cuda":
        print("training on", device, torch.cuda.get_device_name(device), torch.cuda.get_device_properties(device).total_memory)
        torch.backends.cudnn.benchmark = True
    net.to(device, non_blocking=True).apply(init_weights)
    opt = torch.optim.SGD(net.parameters(), lr)
    history = [None] * num_epochs
    for e in range(num_epochs):
        l, a = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss().to(device), opt, device)
        history[e] = {"test_acc": evaluate_accuracy_gpu(net, test_iter, None), "train_acc": a, "train_loss": l}
    return history
