"""Gradients by torch.func of the net called as a function of its parameters, put into .grad by hand."""

from torch.func import functional_call, grad_and_value

import torch
from torch import nn


def try_gpu(i=0):
    return torch.device("cuda", i) if i < torch.cuda.device_count() else torch.device("cpu")


def try_all_gpus():
    return [torch.device("cuda", i) for i in range(torch.cuda.device_count())] or [torch.device("cpu")]


def accuracy(y_hat, y):
    return float(torch.count_nonzero(y_hat.argmax(1) == y))


def evaluate_accuracy_gpu(net, data_iter, device=None):
    device = device or next(net.parameters()).device
    net.eval()
    values = {**dict(net.named_parameters()), **dict(net.named_buffers())}
    right = count = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += accuracy(functional_call(net, values, (X.to(device),)), y.to(device))
            count += len(y)
    return right / count


def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(m.weight)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total = right = count = 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)

        def objective(parameters):
            # One dict: functional_call puts back into it what layers assign anew, their moving statistics.
            state = {**parameters, **{name: buffer.clone() for name, buffer in net.named_buffers()}}
            scores = functional_call(net, state, (X,))
            return loss(scores, y), (scores, {name: state[name] for name, _ in net.named_buffers()})

        parameters = {name: p.detach() for name, p in net.named_parameters() if p.requires_grad}
        gradients, (value, (scores, buffers)) = grad_and_value(objective, has_aux=True)(parameters)
        for name, buffer in net.named_buffers():
            buffer.copy_(buffers[name])
        for name, parameter in net.named_parameters():
            parameter.grad = gradients.get(name)
        optimizer.step()
        total += float(value) * len(y)
        right += accuracy(scores, y)
        count += len(y)
    return total / count, right / count


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights).to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr)
    criterion = nn.CrossEntropyLoss()

    def epoch(_):
        loss, acc = train_epoch_gpu(net, train_iter, criterion, optimizer, device)
        return dict(train_loss=loss, train_acc=acc, test_acc=evaluate_accuracy_gpu(net, test_iter, device))

    return list(map(epoch, range(num_epochs)))
