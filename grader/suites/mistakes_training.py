"""Epochs of training with a common mistake, to be recognised by the parameters or the figures that they lead to."""

from __future__ import annotations

from grader.testing import differs


def with_first_batch(net, train_iter, loss, optimizer, _device):
    """Makes every step with the first batch."""
    net.train()
    batches = list(train_iter)
    for _ in batches:
        X, y = batches[0]
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()


def without_zeroing(net, train_iter, loss, optimizer, _device, groups=0):
    """Zeroes no gradients but those of the first `groups` groups of parameters."""
    net.train()
    for X, y in train_iter:
        for group in optimizer.param_groups[:groups]:
            for parameter in group["params"]:
                parameter.grad = None
        loss(net(X), y).backward()
        optimizer.step()


def zeroing_first_group(*arguments):
    """Zeroes the gradients of the first group of parameters only."""
    without_zeroing(*arguments, groups=1)


def with_two_steps(net, train_iter, loss, optimizer, _device):
    """Makes two steps with the gradients of each batch."""
    net.train()
    for X, y in train_iter:
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()
        optimizer.step()


def with_one_step(net, train_iter, loss, optimizer, _device):
    """Adds up the gradients of all batches and makes one step with them."""
    net.train()
    optimizer.zero_grad()
    for X, y in train_iter:
        loss(net(X), y).backward()
    optimizer.step()


def with_loss_of(change, mode=True):
    """An epoch that goes backward from `change(loss, scores, labels)`, in training mode or not."""

    def epoch(net, train_iter, loss, optimizer, _device):
        net.train(mode)
        for X, y in train_iter:
            optimizer.zero_grad()
            change(loss, net(X), y).backward()
            optimizer.step()

    return epoch


EPOCHS = {
    with_two_steps: "as if every batch's step were made twice",
    with_one_step: "as if there were one step for the whole epoch",
    with_loss_of(lambda loss, scores, y: loss(scores, y) * len(y)): (
        "as if the mean loss were multiplied by the batch's size before backward()"
    ),
    with_loss_of(lambda loss, scores, y: loss(scores, y) / len(y)): (
        "as if the mean loss were divided by the batch's size before backward()"
    ),
    with_loss_of(lambda loss, scores, y: loss(scores.softmax(1), y)): (
        "as if the scores went through softmax before the loss, which does that itself"
    ),
    with_loss_of(lambda loss, scores, y: loss(scores, y), mode=False): (
        "as if the net were in evaluation mode: is there net.train()?"
    ),
    with_first_batch: "as if every step were made with the first batch",
    without_zeroing: "as if gradients of earlier batches were added: are they zeroed for each?",
    zeroing_first_group: "as if gradients of earlier batches were added for some of the parameters: are all zeroed?",
}


def named(got, local_harness, *arguments):
    """What the parameters `got` in an epoch of the harness look like; nothing if it is no mistake known here."""
    for epoch, sentence in EPOCHS.items():
        _, state, *_ = local_harness.run_epochs(epoch, *arguments)
        if not any(differs(got[name], value, rtol=0, atol=1e-4) for name, value in state.items()):
            return sentence
    return None


def named_figures(got, expected, by_batch, samples):
    """What is wrong with (mean loss, accuracy), given the right ones of the epoch and of each batch; or nothing."""
    (mean, accuracy), losses = got, [loss for loss, _ in by_batch]

    def is_mean(value):
        return abs(mean - value) < 1e-4 * max(1, abs(value))

    figures = {
        "returns (accuracy, mean loss); the mean loss comes first": expected[1],
        "returns the sum of the samples' losses, not their mean": expected[0] * samples,
        "returns the loss averaged over batches: the short last one counts too much": sum(losses) / len(losses),
        "adds up the batches' mean losses": sum(losses),
        "adds up the batches' mean losses and divides by the number of samples: weigh each by its batch's size": (
            sum(losses) / samples
        ),
        "returns the last batch's loss": losses[-1],
    }
    named = [sentence for sentence, value in figures.items() if is_mean(value)]
    swapped = named[:1] == [next(iter(figures))]
    if swapped and abs(accuracy - expected[0]) > 1e-3 * max(1, expected[0]):
        named = named[1:]
    return named[0] if named else None
