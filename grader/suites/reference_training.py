"""What the reference's functions make of the harness's nets and data, where it takes more than a call of one.

Not in the harness: there, beside the submission, it would be the solution.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def each_batch(local_harness, train_epoch_gpu, net_name, state, data, batch_size, optimizer, loss):
    """What `train_epoch_gpu` returns for each batch of an epoch, as if it were an epoch by itself."""
    net = local_harness.NETS[net_name]()
    net.load_state_dict(state)
    optimizer, loss = local_harness.OPTIMIZERS[optimizer](net.parameters()), local_harness.LOSSES[loss]()
    batches = local_harness.loader(*data, batch_size)
    return [train_epoch_gpu(net, [batch], loss, optimizer, torch.device("cpu")) for batch in batches]


def continue_training(
    local_harness,
    train_epoch_gpu,
    evaluate_accuracy_gpu,
    net_name,
    initial,
    train,
    test,
    batch_size,
    num_epochs,
    lr,
    shifting=False,
):
    """What `train_gpu` has to do once the weights are initialised: history and state."""
    net = local_harness.NETS[net_name]()
    net.load_state_dict(initial)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    train_set = local_harness.ShiftingLabels(*train) if shifting else TensorDataset(*train)
    train_iter, test_iter = DataLoader(train_set, batch_size), local_harness.test_loader(*test)
    history = []
    for _ in range(num_epochs):
        loss, accuracy = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, torch.device("cpu"))
        test_accuracy = evaluate_accuracy_gpu(net, test_iter, torch.device("cpu"))
        history.append({"train_loss": loss, "train_acc": accuracy, "test_acc": test_accuracy})
    return history, local_harness.state_of(net)
