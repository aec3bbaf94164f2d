"""Tensors, modules and queries on simulated devices behave as on CUDA."""

from __future__ import annotations

import copy
import io
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from grader import simulated_cuda
from grader.simulated_cuda import record

pytestmark = pytest.mark.usefixtures("gpus")
MIXED = "Expected all tensors to be on the same device"
DEVICES = ["cuda:0", "cuda:1", "cuda:3"]
on_gpus = pytest.mark.parametrize("where", DEVICES)


def small_net() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10)
    )


# ---- torch.cuda


def test_queries():
    assert torch.cuda.is_available()
    assert torch.cuda.device_count() == 4
    assert torch.cuda.current_device() == 0
    assert isinstance(torch.cuda.get_device_name(1), str)
    assert torch.cuda.get_device_properties(0).total_memory > 0
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    assert torch.cuda.memory_allocated() == 0


def test_no_gpu_at_all():
    simulated_cuda.install(0)
    assert not torch.cuda.is_available()
    assert torch.cuda.device_count() == 0
    with pytest.raises(RuntimeError, match="driver"):
        torch.zeros(2, device="cuda")
    with pytest.raises(RuntimeError, match="driver"):
        torch.ones(2).cuda()
    with pytest.raises(RuntimeError, match="driver"):
        nn.Linear(2, 2).cuda()


def test_a_device_that_does_not_exist():
    for make in (
        lambda: torch.zeros(1, device="cuda:4"),
        lambda: torch.ones(1).to("cuda:4"),
        lambda: torch.ones(1).cuda(9),
    ):
        with pytest.raises(RuntimeError, match="invalid device ordinal"):
            make()


def test_current_device():
    with torch.cuda.device(2):
        assert torch.cuda.current_device() == 2
        assert torch.zeros(1, device="cuda").device == torch.device("cuda:2")
        assert torch.ones(1).cuda().get_device() == 2
    assert torch.zeros(1, device="cuda").device == torch.device("cuda:0")
    torch.cuda.set_device("cuda:1")
    assert torch.ones(1).to("cuda").device == torch.device("cuda:1")


# ---- making and moving tensors


@on_gpus
@pytest.mark.parametrize(
    "make",
    [
        lambda d: torch.zeros(2, 3, device=d),
        lambda d: torch.ones(2, 3, device=d, dtype=torch.float64),
        lambda d: torch.full((2, 3), 4.0, device=d),
        lambda d: torch.empty(2, 3, device=d).fill_(1),
        lambda d: torch.rand(2, 3, device=d),
        lambda d: torch.randn(2, 3, device=d),
        lambda d: torch.randint(5, (2, 3), device=d),
        lambda d: torch.arange(6, device=d),
        lambda d: torch.linspace(0, 1, 6, device=d),
        lambda d: torch.eye(3, device=d),
        lambda d: torch.randperm(6, device=d),
        lambda d: torch.tensor([[1.0, 2.0]], device=d),
        lambda d: torch.as_tensor(np.ones((2, 3)), device=d),
        lambda d: torch.ones(2, 3).to(d),
        lambda d: torch.ones(2, 3).to(device=d, dtype=torch.float64),
        lambda d: torch.ones(2, 3).to(torch.zeros(1, device=d)),
        lambda d: torch.ones(2, 3).cuda(d),
        lambda d: torch.ones(2, 3, device="cuda:2").to(d),
        lambda d: torch.zeros_like(torch.ones(2, 3, device=d)),
        lambda d: torch.randn_like(torch.ones(2, 3), device=d),
        lambda d: torch.ones(1, device=d).new_zeros(2, 3),
        lambda d: torch.ones(1).new_tensor([1.0], device=d),
        lambda d: nn.Parameter(torch.ones(2, device=d)),
        lambda d: torch.tril_indices(3, 3, device=d),
        lambda d: torch.hann_window(4, device=d),
    ],
)
def test_making(make, where):
    tensor = make(where)
    assert tensor.device == torch.device(where)
    assert tensor.is_cuda
    assert isinstance(tensor, torch.Tensor)
    assert tensor.cpu().device.type == "cpu"
    assert type(tensor.cpu()) is torch.Tensor
    assert where in repr(tensor)


def test_default_device():
    with torch.device("cuda:1"):
        assert nn.Linear(2, 3).weight.device == torch.device("cuda:1")
        assert torch.tensor([1]).device == torch.device("cuda:1")
    torch.set_default_device("cuda:2")
    try:
        assert torch.ones(2).device == torch.device("cuda:2")
    finally:
        torch.set_default_device(None)
    assert torch.ones(2).device.type == "cpu"


@pytest.mark.parametrize(
    ("context", "found"), [("cpu", "cpu"), ("meta", "meta"), ("cuda", "cuda:0"), ("cuda:1", "cuda:1")]
)
def test_default_device_in_a_context(context, found):
    with torch.device(context):
        made = [torch.tensor(0), torch.as_tensor([1.0]), torch.empty(2), nn.BatchNorm2d(3).num_batches_tracked]
        assert torch.get_default_device() == torch.device(found)
    assert {tensor.device for tensor in made} == {torch.device(found)}


def test_a_network_made_without_values():
    with torch.device("meta"):
        net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    net = net.to_empty(device="cuda:1")
    assert net(torch.ones(4, 2, device="cuda:1")).device == torch.device("cuda:1")


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_scripted_networks():
    for compiled in (torch.jit.script, lambda net: torch.jit.trace(net, torch.ones(4, 2))):
        net = compiled(nn.Sequential(nn.Linear(2, 3), nn.ReLU())).to("cuda:1")
        assert net(torch.ones(4, 2, device="cuda:1")).device == torch.device("cuda:1")


def test_same_device_is_no_copy():
    x = torch.ones(3, device="cuda:1")
    assert x.to("cuda:1") is x
    assert x.to("cpu").cpu() is not x


def test_reading_values():
    x = torch.tensor([[1.5, 2.5]], device="cuda")
    assert x.tolist() == [[1.5, 2.5]]
    assert float(x.sum()) == x.sum().item() == 4.0
    assert f"{x.sum():.2f}" == "4.00"
    assert bool((x > 1).all())
    assert len(x) == 1
    assert [row.shape for row in x] == [torch.Size([2])]
    for numpy in (lambda: x.numpy(), lambda: np.array(x), lambda: np.asarray(x)):
        with pytest.raises(TypeError, match=r"can't convert cuda:0 device type tensor to numpy\. Use Tensor\.cpu\(\)"):
            numpy()
    np.testing.assert_array_equal(x.cpu().numpy(), [[1.5, 2.5]])


def test_views_and_in_place():
    x = torch.zeros(3, 4, device="cuda:1")
    x[1] += 2
    x[:, 0] = torch.ones(3, device="cuda:1")
    x.T[3].mul_(5)
    expected = torch.zeros(3, 4)
    expected[1] += 2
    expected[:, 0] = torch.ones(3)
    expected.T[3].mul_(5)
    assert torch.equal(x.cpu(), expected)
    assert x.unsqueeze_(0).shape == (1, 3, 4)
    assert x.squeeze_(0).t_().shape == (4, 3)
    assert x.reshape(-1).shape == (12,)
    assert not x.is_contiguous()
    out = torch.empty(0, device="cuda:1")
    torch.add(x, x, out=out)
    assert torch.equal(out.cpu(), 2 * x.cpu())


# ---- mixing devices


@pytest.mark.parametrize(
    "mix",
    [
        lambda g, c: g + c,
        lambda g, c: c * g,
        lambda g, c: g @ c,
        lambda g, c: torch.cat([g, c]),
        lambda g, c: torch.stack([g, c]),
        lambda g, c: torch.where(g > 0, g, c),
        lambda g, c: nn.functional.linear(g, c),
        lambda g, c: nn.functional.mse_loss(g, c),
        lambda g, c: g.add_(c),
        lambda g, c: c.add_(g),
        lambda g, c: g == c,
        lambda g, c: torch.maximum(g, c),
        lambda g, c: torch.equal(g, c),
        lambda g, c: nn.functional.embedding(c.long(), g),
        lambda g, c: g + torch.ones(2, 2, device="cuda:1"),
        lambda g, c: c.sum().add_(g.sum()),
    ],
)
def test_mixing_raises(mix):
    with pytest.raises(RuntimeError, match="same device"):
        mix(torch.ones(2, 2, device="cuda:0"), torch.ones(2, 2))


def test_mixing_in_convolutions():
    conv = nn.Conv2d(1, 2, 3).cuda()
    with pytest.raises(
        RuntimeError, match=r"Input type \(torch.FloatTensor\) and weight type \(torch.cuda.FloatTensor\)"
    ):
        conv(torch.ones(1, 1, 5, 5))
    with pytest.raises(
        RuntimeError, match=r"Input type \(torch.cuda.FloatTensor\) and weight type \(torch.FloatTensor\)"
    ):
        nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 5, 5).cuda())


def test_mixing_in_losses():
    scores = torch.randn(4, 10, device="cuda", requires_grad=True)
    with pytest.raises(RuntimeError, match="same device"):
        nn.CrossEntropyLoss()(scores, torch.arange(4))


def test_what_may_mix():
    x = torch.arange(6.0, device="cuda").reshape(2, 3)
    assert (x + torch.tensor(1.0)).device == x.device
    assert (2 * x / torch.tensor(3)).device == x.device
    assert x[torch.tensor([1])].tolist() == [[3, 4, 5]]
    x[torch.tensor([0])] = 7
    assert x[0].tolist() == [7, 7, 7]
    assert x[[1, 0]][:, [0, 2]].tolist() == [[3, 5], [7, 7]]
    x.copy_(torch.zeros(2, 3))
    x[0, 0] = torch.tensor(4.0)
    cpu = torch.zeros(2, 2)
    cpu[1, 1] = x[0, 0]  # assignment copies, from any device
    assert x.sum() == cpu.sum() == 4
    with pytest.raises(RuntimeError, match="indices should be either on cpu"):
        torch.ones(3)[torch.tensor([1], device="cuda")]


# ---- modules, autograd, state


@on_gpus
def test_modules_move_and_keep_their_parameters(where):
    net = small_net()
    parameters = list(net.parameters())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    assert net.to(where) is net
    assert all(a is b for a, b in zip(net.parameters(), parameters, strict=True))
    assert {p.device for p in net.parameters()} == {torch.device(where)}
    assert net[1].running_mean.device == net[1].num_batches_tracked.device == torch.device(where)
    assert all(isinstance(p, nn.Parameter) and p.requires_grad and p.is_leaf for p in net.parameters())
    before = net[0].weight.cpu().clone()
    net(torch.randn(3, 1, 8, 8, device=where)).sum().backward()
    assert net[0].weight.grad.device == torch.device(where)
    optimizer.step()
    assert not torch.equal(net[0].weight.cpu(), before)
    net.cpu()
    assert {p.device.type for p in net.parameters()} == {"cpu"}
    assert all(type(p) is nn.Parameter for p in net.parameters())
    assert net[0].weight.grad.device.type == "cpu"
    net(torch.randn(3, 1, 8, 8))


def test_module_verbs():
    assert nn.Linear(2, 2).cuda(1).weight.device == torch.device("cuda:1")
    assert nn.Linear(2, 2, device="cuda:2").weight.device == torch.device("cuda:2")
    assert nn.Linear(2, 2).to("cuda", torch.float64).weight.dtype == torch.float64
    half = nn.Linear(2, 2).cuda().double()
    assert (half.weight.dtype, half.weight.device) == (torch.float64, torch.device("cuda:0"))
    lazy = nn.LazyLinear(3).cuda()
    assert lazy(torch.ones(2, 5, device="cuda")).device == torch.device("cuda:0")


def test_data_across_devices():
    p = nn.Parameter(torch.ones(2))
    p.data = p.data.cuda()
    assert (p.device, isinstance(p, nn.Parameter)) == (torch.device("cuda:0"), True)
    p.data -= 1
    assert p.tolist() == [0, 0]


def test_gradients_cross_devices():
    x = torch.ones(3, requires_grad=True)
    y = (x.to("cuda:1") * 2).to("cuda:0").cpu() * torch.tensor([1.0, 2.0, 3.0])
    y.sum().backward()
    assert x.grad.tolist() == [2, 4, 6]
    g = torch.ones(3, device="cuda:1", requires_grad=True)
    (grad,) = torch.autograd.grad((g**3).sum(), g, create_graph=True)
    (second,) = torch.autograd.grad(grad.sum(), g)
    assert second.tolist() == [6, 6, 6]
    assert second.device == torch.device("cuda:1")


def test_hooks():
    seen = []
    x = torch.ones(2, device="cuda:1", requires_grad=True)
    x.register_hook(lambda grad: seen.append(grad.device))
    net = nn.Linear(2, 2).to("cuda:1")
    net.register_forward_hook(lambda module, inputs, output: seen.append(output.device))
    net(x).sum().backward()
    assert seen == [torch.device("cuda:1")] * 2


def test_custom_function():
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, grad):
            return 2 * grad

    x = torch.ones(2, device="cuda", requires_grad=True)
    Double.apply(x).sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_copies_of_modules():
    net = small_net().to("cuda:1")
    twin = copy.deepcopy(net)
    assert twin[0].weight.device == torch.device("cuda:1")
    assert isinstance(twin[0].weight, nn.Parameter)
    with torch.no_grad():
        twin[0].weight.zero_()
    assert net[0].weight.abs().sum() > 0
    twin.load_state_dict(net.state_dict())
    assert torch.equal(twin[0].weight, net[0].weight)
    twin.load_state_dict({name: value.cpu() for name, value in net.state_dict().items()})
    assert twin[0].weight.device == torch.device("cuda:1")


def test_save_and_load():
    net = small_net().to("cuda:1")
    file = io.BytesIO()
    torch.save(net.state_dict(), file)

    def load(**options):
        file.seek(0)
        return torch.load(file, **options)

    assert load()["0.weight"].device == torch.device("cuda:1")
    assert load(map_location="cpu")["0.weight"].device.type == "cpu"
    assert load(map_location="cuda:2")["0.weight"].device == torch.device("cuda:2")
    assert load(map_location={"cuda:1": "cuda:0"})["0.weight"].device == torch.device("cuda:0")
    assert torch.equal(load(map_location=torch.device("cpu"))["0.weight"], net[0].weight.cpu())
    x = pickle.loads(pickle.dumps(torch.ones(2, device="cuda")))
    assert x.device == torch.device("cuda:0")


def test_autocast_and_scaler():
    net, x = nn.Linear(3, 1).cuda(), torch.ones(2, 3, device="cuda")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda")
    before = net.weight.cpu().clone()
    for _ in range(2):
        optimizer.zero_grad()
        with torch.autocast("cuda"):
            loss = net(x).pow(2).sum()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
    assert not torch.equal(net.weight.cpu(), before)


def test_loader_with_pinned_memory():
    data = TensorDataset(torch.arange(8.0).reshape(8, 1), torch.arange(8))
    for X, y in DataLoader(data, 4, pin_memory=True):
        assert X.to("cuda", non_blocking=True).device == torch.device("cuda:0")
        assert y.cuda(non_blocking=True).device == torch.device("cuda:0")


def test_data_parallel():
    net = nn.DataParallel(small_net().cuda(), device_ids=[0])
    assert net(torch.randn(2, 1, 8, 8).cuda()).shape == (2, 10)


def test_compile_and_streams_are_accepted():
    net = torch.compile(nn.Linear(2, 2).cuda())
    with torch.cuda.stream(torch.cuda.Stream()):
        net(torch.ones(1, 2, device="cuda"))
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    end.record()
    torch.cuda.synchronize()
    assert start.elapsed_time(end) >= 0


def test_assertions_of_torch():
    x = torch.ones(2, device="cuda")
    torch.testing.assert_close(x, x.clone())
    with pytest.raises(AssertionError):
        torch.testing.assert_close(x, torch.ones(2))
    assert torch.allclose(x, x + 1e-9)


# ---- bookkeeping


def test_record():
    net, X = nn.Linear(4, 2).to("cuda:1"), torch.ones(8, 4)
    with record() as seen:
        y = net(X.to("cuda:1"))
        y.sum().item()
        y.cpu()
        X + 1
    assert set(seen.operations) == {"cuda:1", "cpu"}
    assert seen.operations["cuda:1"]["addmm"] == 1
    assert seen.operations["cpu"]["add"] == 1
    assert seen.copies["cpu", "cuda:1"].bytes == X.numel() * 4
    assert seen.copies["cuda:1", "cpu"].count == 1
    assert seen.synchronisations == 2


@on_gpus
def test_inference_mode(where):
    X = torch.arange(6.0, device=where).reshape(2, 3)
    layer = nn.Linear(3, 2).to(where)
    with torch.inference_mode():
        assert X[1].tolist() == [3, 4, 5]
        assert X.detach().cpu().sum() == 15
        assert (X @ layer.weight.T + layer.bias).is_inference()
        assert not X[0].is_inference()
        X[0].add_(1)
    assert X[0].tolist() == [1, 2, 3]
    assert (X[0] * 2).is_inference() is False


# ---- what is seldom asked for


def test_tensors_of_scalars():
    scalars = [torch.tensor(1.0, device="cuda"), torch.tensor(2.0, device="cuda:1")]
    for made in (torch.tensor(scalars), torch.as_tensor(scalars), torch.Tensor(scalars), torch.FloatTensor(scalars)):
        assert type(made) is torch.Tensor
        assert made.tolist() == [1, 2]
    assert torch.tensor([[x.double()] for x in scalars]).dtype == torch.float64
    assert torch.tensor(scalars, device="cuda:2").device == torch.device("cuda:2")


def test_generators():
    g = torch.Generator(device="cuda:1").manual_seed(1)
    assert isinstance(g, torch.Generator)
    assert isinstance(torch.Generator(), torch.Generator)
    assert isinstance(torch.default_generator, torch.Generator)
    assert g.device == copy.deepcopy(g).device == g.clone_state().device == torch.device("cuda:1")
    assert (torch.Generator().device.type, torch.Generator("cpu").device.type) == ("cpu", "cpu")
    assert torch.Generator("cuda").manual_seed(2).initial_seed() == 2
    x = nn.init.xavier_uniform_(torch.empty(3, 3, device="cuda:1"), generator=g)
    y = torch.rand(3, 3, device="cuda:1", generator=g)
    assert not torch.equal(x, y)
    z = torch.rand(3, 3, device="cuda:1", generator=torch.Generator("cuda:1").manual_seed(1))
    assert not torch.equal(z, y)
    assert torch.randperm(4, generator=torch.Generator().manual_seed(0)).device.type == "cpu"
    assert (
        len(next(iter(DataLoader(TensorDataset(torch.ones(4)), 2, shuffle=True, generator=torch.Generator())))[0]) == 2
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda g: torch.empty(3, device="cuda").normal_(generator=g),
        lambda g: torch.rand(3, device="cuda", generator=g),
        lambda g: torch.randperm(3, device="cuda", generator=g),
        lambda g: torch.bernoulli(torch.ones(3, device="cuda"), generator=g),
        lambda g: nn.init.xavier_uniform_(nn.Linear(2, 2).cuda().weight, generator=g),
    ],
)
def test_generators_of_the_cpu(draw):
    for generator in (torch.Generator(), torch.default_generator):
        with pytest.raises(RuntimeError, match="generator"):
            draw(generator)
    draw(torch.Generator("cuda"))
    draw(None)


def test_shuffling_while_the_default_device_is_a_gpu():
    torch.set_default_device("cuda")
    try:
        with pytest.raises(RuntimeError, match="generator"):
            next(iter(DataLoader(TensorDataset(torch.ones(4)), 2, shuffle=True)))
    finally:
        torch.set_default_device(None)


@pytest.mark.parametrize(
    "ask",
    [
        torch.cuda.synchronize,
        torch.cuda.set_device,
        torch.cuda.device,
        torch.cuda.Stream,
        torch.cuda.current_stream,
        torch.cuda.get_device_name,
        torch.cuda.reset_peak_memory_stats,
        torch.cuda.mem_get_info,
    ],
    ids=lambda ask: ask.__name__,
)
def test_queries_about_the_cpu(ask):
    ask = getattr(torch.cuda, ask.__name__)
    for device in ("cpu", torch.device("cpu")):
        with pytest.raises(ValueError, match="Expected a cuda device, but got: cpu"):
            ask(device)
    for device in ("cuda:1", torch.device("cuda", 1), 1):
        ask(device)


def test_setting_a_device_needs_its_number():
    for device in ("cuda", torch.device("cuda"), None):
        with pytest.raises(ValueError, match="with a specified index"):
            torch.cuda.set_device(device)
    torch.cuda.set_device(-1)
    assert torch.cuda.current_device() == 0
    with torch.cuda.device("cuda"), torch.cuda.device(None), torch.cuda.device(-1):
        assert torch.cuda.memory_allocated("cpu") == 0


def test_accelerator():
    with torch.accelerator.device_index(2):
        assert torch.ones(1).cuda().device == torch.device("cuda:2")
        with torch.accelerator.device_index(None):
            assert torch.accelerator.current_device_index() == 2
    assert torch.accelerator.current_device_index() == 0
    for name in ("empty_cache", "memory_allocated", "max_memory_allocated", "memory_stats", "reset_peak_memory_stats"):
        if hasattr(torch.accelerator, name):
            assert not getattr(torch.accelerator, name)()
    assert torch.accelerator.current_stream().device.type == "cuda"


@pytest.mark.parametrize("count", [0, 4])
@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.RMSprop])
def test_optimizers_that_ask_about_streams(kind, count):
    simulated_cuda.install(count)
    layer = nn.Linear(2, 2).to("cuda" if count else "cpu")
    before = layer.weight.cpu().detach().clone()
    layer(torch.ones(1, 2, device=layer.weight.device)).sum().backward()
    kind(layer.parameters()).step()
    assert not torch.equal(layer.weight.cpu(), before)


def test_events_and_streams_of_any_device():
    device = torch.device("cuda:1")
    stream, event = torch.Stream(device), torch.Event(device, enable_timing=True)
    event.record(stream)
    for waited in (stream, event):
        waited.synchronize()
    assert (stream.device, event.device) == (device, device)
    assert isinstance(torch.cuda.current_stream(), torch.Stream)
    assert isinstance(torch.cuda.Event(), torch.Event)
    with torch.cuda.stream(torch.cuda.Stream(device)):
        assert torch.cuda.current_device() == 1
    assert torch.cuda.current_device() == 0


def old_file(value):
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("cuda:1", "cuda:1"),
        ("cuda", "cuda:0"),
        (torch.device("cuda:1"), "cuda:1"),
        ({"cpu": "cuda:1"}, "cuda:1"),
        ({"cuda:1": "cuda:0"}, "cpu"),
        (lambda storage, _location: storage.cuda(1), "cuda:1"),
        (lambda storage, _location: storage, "cpu"),
        (lambda _storage, _location: None, "cpu"),
        ("cpu", "cpu"),
        (None, "cpu"),
    ],
)
def test_loading_what_was_saved_on_the_cpu(where, found, weights_only):
    net = small_net()
    loaded = torch.load(old_file(net.state_dict()), map_location=where, weights_only=weights_only)
    assert {value.device for value in loaded.values()} == {torch.device(found)}
    assert torch.equal(loaded["0.weight"].cpu(), net[0].weight)
    twin = small_net()
    twin.load_state_dict(loaded, assign=True)
    assert {p.device for p in twin.parameters()} == {torch.device(found)}
    assert twin(torch.ones(3, 1, 8, 8, device=found)).device == torch.device(found)
    parameter = torch.load(old_file(net[0].weight), map_location=where, weights_only=weights_only)
    assert isinstance(parameter, nn.Parameter)
    assert parameter.device == torch.device(found)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (lambda storage, _location: storage.cuda(1), "cuda:1"),
        (lambda storage, _location: storage, "cpu"),
        (lambda _storage, _location: None, "cuda:2"),
        ("cuda", "cuda:0"),
    ],
)
def test_loading_what_was_saved_on_a_gpu(where, found):
    x = torch.arange(4.0, device="cuda:2")
    loaded = torch.load(old_file([x]), map_location=where)[0]
    assert loaded.device == torch.device(found)
    assert loaded.tolist() == [0, 1, 2, 3]


def test_old_names_of_types():
    x = torch.arange(3)
    for name in ("torch.cuda.FloatTensor", torch.cuda.FloatTensor):
        with torch.cuda.device(1):
            y = x.type(name)
        assert (y.device, y.dtype) == (torch.device("cuda:1"), torch.float32)
        assert y.type(name).device == torch.device("cuda:1")
    assert y.type() == "torch.cuda.FloatTensor"
    for name in ("torch.LongTensor", torch.LongTensor):
        assert (y.type(name).device.type, y.type(name).dtype) == ("cpu", torch.int64)
        assert x.float().type(name).dtype == torch.int64
    assert x.type(torch.float64).dtype == y.type(torch.float64).dtype == torch.float64
    assert x.type() == "torch.LongTensor"
    assert x.type(torch.float64).device.type == "cpu"


def test_storages_say_where_they_are():
    assert torch.ones(2, device="cuda:1").untyped_storage().device == torch.device("cuda:1")
    assert torch.ones(2).untyped_storage().device == torch.device("cpu")
