"""CUDA devices on a machine that has none: real values, computed on the CPU; real device mistakes.

`install(n)` makes torch believe in n GPUs: `torch.cuda.*`, `device="cuda:1"`, `.to()`, `.cuda()`, modules, optimizers,
autograd, autocast, data loaders, `torch.save` and `torch.load`. A tensor on a simulated device is a `SimulatedTensor`,
whose values lie on the CPU; operations that mix devices raise what CUDA raises. `record()` counts what ran where.

It changes the whole process and cannot be undone: install it in a process of its own, before any tensor is made that
should know of it, and never where torch sees a real GPU. Needs torch alone, 2.11 or newer.

Not simulated: asynchrony, memory limits, random streams and rounding of real GPUs, `torch.compile` and TorchScript
(the function runs as it is), recurrent layers (their GPU kernels have no twin on the CPU), custom kernels, legacy
constructors such as `torch.cuda.FloatTensor(2, 3)`, `nn.DataParallel` over more than one device, and the lower
precision of `torch.autocast("cuda")`, under which everything is computed as it is outside. Nor can the class be
hidden: a tensor is an instance of `torch.Tensor`, but `type(x) is torch.Tensor` is false.
"""

from .bookkeeping import Record, record
from .installation import install, installed, prepare
from .tensor import SimulatedTensor

__all__ = ["Record", "SimulatedTensor", "install", "installed", "prepare", "record"]
