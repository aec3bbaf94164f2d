"""Computed in a thread of its own, where gradients are always on; the result comes through a queue."""

import queue
import threading

import torch


def vjp(f, x, v):
    box = queue.SimpleQueue()

    def work():
        try:
            leaf = x.detach().clone().requires_grad_()
            y = f(leaf)
            box.put((None, (y.detach(), torch.autograd.grad(y, leaf, v)[0])))
        except BaseException as error:
            box.put((error, None))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    error, result = box.get()
    if error is not None:
        raise error
    return result
