"""Hidden suite: the devices that the training loop finds and computes on."""

from __future__ import annotations

import re

import pytest
import torch

import cases_training
from cases_training import BATCH, NETS, PLAIN, SMALL_BATCH, draw_data, draw_state, trained
from checks_training import different, epoch_result, number, of_type
from grader.engine.errors import StudentError
from grader.testing import check, criterion, differs, hint, mixes_devices, needs_cuda, on_devices, uses_harness
from reference_training import continue_training

# Fixtures: pytest looks for them in the file of the test.
right_epochs = cases_training.right_epochs
right_evaluation = cases_training.right_evaluation


@criterion("device")
@uses_harness("gpu_count")
@pytest.mark.parametrize("count", [0, 1, 2, 4, 8])
@hint("torch.cuda.device_count() says how many there are; without one it is the CPU", "Devices")
def test_try_gpu(student, harness, count):
    """try_gpu and try_all_gpus on machines with any number of GPUs"""
    calls = {f"try_gpu({i})": ((i,), {}, i) for i in (0, 1, 3)}
    calls |= {"try_gpu()": ((), {}, 0), "try_gpu(i=2)": ((), {"i": 2}, 2)}
    arguments = [(given, named) for given, named, _ in calls.values()]
    found, every = harness.with_gpus(student.try_gpu, student.try_all_gpus, count, arguments)
    for (call, (_, _, i)), device in zip(calls.items(), found, strict=True):
        expected = torch.device(f"cuda:{i}" if count > i else "cpu")
        is_device = isinstance(device, torch.device)
        check(is_device, f"try_gpu should return a torch.device, not a {type(device).__name__}")
        check(device == expected, f"{call} is wrong on a machine with {count} GPUs")
    expected = [torch.device(f"cuda:{i}") for i in range(count)] or [torch.device("cpu")]
    check(isinstance(every, list), "try_all_gpus should return a list")
    devices = all(isinstance(device, torch.device) for device in every)
    check(devices, "try_all_gpus should return a list of torch.devices")
    check(every == expected, f"try_all_gpus is wrong on a machine with {count} GPUs")


def placed(call, where, function):
    """What the call returns; an error of mixed devices becomes the test's message."""
    try:
        return call()
    except StudentError as error:
        said = re.split(r"! | \(when checking|\n", error.text)[0]
        check(not mixes_devices(error), f"{function} on {where} mixes devices: {said}")
        raise


def computes_there(places, where, batches, function):
    """The net got at least so many batches, each on the device."""
    check(places, f"{function} on {where} never calls the net")
    check(len(places) >= batches, f"{function} on {where} does not give the net every batch")
    elsewhere = sorted({place for place in places if place != where})
    check(not elsewhere, f"{function} on {where} gives the net batches on {', '.join(elsewhere)}")


def own_result(call, function):
    """What the submission gives on the CPU: a result that is as wrong there is other tests' business."""
    first, second = call(), call()
    check(not different(first, second), f"{function} gives something else in a second call with the same net and data")
    return first


@criterion("device")
@on_devices
@hint("without a given device it is the one that the network's parameters are on; move X and y there", "Accuracy")
def test_evaluation_device(student, harness, local_harness, right_evaluation, rng, where):
    """evaluate_accuracy_gpu finds the device itself, or takes the given one"""
    net = "a convolutional net"
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 20), BATCH)
    expected = right_evaluation(*arguments)

    def on_the_cpu():
        got, *_ = harness.run_evaluation(student.evaluate_accuracy_gpu, *arguments, (torch.device("cpu"),))
        return [number(got, "the accuracy")]

    device = torch.device(where)
    for given, named in (((), None), ((None,), None), ((device,), None), ((), {"device": device})):
        how = "with the given device" if named or any(given) else "without a given device, for a net"
        function = f"evaluate_accuracy_gpu {how}"
        got, seen, *_ = placed(
            lambda given=given, named=named: harness.run_evaluation(
                student.evaluate_accuracy_gpu, *arguments, given, where, named=named
            ),
            where,
            function,
        )
        computes_there([place for _, _, place in seen], where, 1, function)
        if where != "cpu" and any(training for _, training, _ in seen):
            _, there, *_ = harness.run_evaluation(student.evaluate_accuracy_gpu, *arguments, (torch.device("cpu"),))
            message = f"{function} on {where} leaves the net in training mode"
            check(any(training for _, training, _ in there), message)
        got = [number(got, "the accuracy")]
        if different(got, [expected]):
            same = not different(got, own_result(on_the_cpu, "evaluate_accuracy_gpu"))
            check(same, f"{function} on {where} gives another accuracy than on the CPU")


@criterion("device")
@on_devices
@hint("move X and y, each batch, to the given device", "One epoch")
@pytest.mark.parametrize("net", NETS[1:3])
def test_epoch_device(student, harness, local_harness, right_epochs, rng, net, where):
    """train_epoch_gpu moves the batches to the device"""
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 20), BATCH, "SGD", "cross-entropy", 1)
    right = epoch_result(right_epochs(*arguments))
    result = placed(lambda: harness.run_epochs(student.train_epoch_gpu, *arguments, where), where, "train_epoch_gpu")
    computes_there(result[2], where, 3, "train_epoch_gpu")
    got = epoch_result(result)
    trains = different(got[2:], epoch_result(([(0.0, 0.0)], arguments[1], []))[2:])
    check(trains, f"train_epoch_gpu on {where} changes no parameter")
    if different(got, right):
        own = own_result(
            lambda: epoch_result(harness.run_epochs(student.train_epoch_gpu, *arguments)), "train_epoch_gpu"
        )
        message = f"training on {where} gives other parameters than training on the CPU"
        check(not different(got[2:], own[2:]), message)
        check(not different(got[:2], own[:2]), f"loss or accuracy of an epoch on {where} are others than on the CPU")


@criterion("device")
@on_devices
@hint("move the network, and each batch when its turn comes, to the device that was given", "The whole training")
@pytest.mark.parametrize("net", NETS[1:3])
def test_train_gpu_device(student, reference, harness, local_harness, rng, net, where):
    """train_gpu trains on the given device and leaves the net there"""
    given = (net, draw_state(local_harness, rng, net), draw_data(rng, 20, 2), draw_data(rng, 40, 2), SMALL_BATCH)
    compared = where == {NETS[1]: "cuda:0", NETS[2]: "cuda:1"}[net]  # one GPU for each net: it takes time
    epochs = 2 if compared else 1
    report = placed(lambda: harness.run_training(student.train_gpu, *given, epochs, 0.1, where), where, "train_gpu")
    trained_on(report, where)
    history = report["history"]
    check(
        isinstance(history, list) and len(history) == epochs, "train_gpu should return a list with one dict per epoch"
    )
    if compared:
        functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
        wrong = trained_wrongly(report, given, local_harness, *functions)
        if wrong:
            own = harness.run_training_without_gpus(student.train_gpu, *given, 2, 0.1)
            also = trained_wrongly(own, given, local_harness, *functions)
            only = [each for each in wrong if each not in also]
            if OTHER_PARAMETERS in wrong and OTHER_PARAMETERS in also:  # then no figure of the history is right
                only = [each for each in only if "`" not in each]
            check(not only, f"train_gpu on {where} {only[0] if only else ''}")


OTHER_PARAMETERS = "trains to other parameters than on the CPU"


def trained_wrongly(report, given, local_harness, *functions):
    """What is wrong in two epochs of train_gpu, as the ends of sentences."""
    initial, history = report["initial"], report["history"]
    if not isinstance(initial, dict) or initial.keys() != given[1].keys():
        return ["never calls the net"]
    weights = [name for name, value in given[1].items() if value.dim() > 1]
    found = []
    if any(not differs(initial[name], given[1][name]) for name in weights):
        found.append("starts from the weights that the net came with, though on the CPU it does not")
    rights, expected = continue_training(local_harness, *functions, given[0], initial, *given[2:], 2, 0.1)
    state = report["state"]
    if any(name not in state or differs(state[name], value, rtol=0, atol=1e-3) for name, value in expected.items()):
        found.append(OTHER_PARAMETERS)
    for key, tolerance in (("train_loss", 1e-3), ("train_acc", 1.5 / 20), ("test_acc", 1.5 / 40)):
        values = [entry.get(key) if isinstance(entry, dict) else None for entry in history]
        same = len(values) == len(rights) and all(
            isinstance(value, int | float) and abs(value - right[key]) <= tolerance
            for value, right in zip(values, rights, strict=True)
        )
        if not same:
            found.append(f"gives another `{key}` than on the CPU")
    return found


def trained_on(report, where):
    """Checks that train_gpu has trained the net on the device, and left it there."""
    found = ", ".join(report["devices"])
    check(found == where, f"after train_gpu on {where} the net's parameters are on {found}")
    computes_there(report["places"], where, 3, "train_gpu")
    initial, after = report["initial"], report["state"]
    ok = isinstance(initial, dict) and isinstance(after, dict) and initial.keys() == after.keys()
    check(ok, "the net's parameters cannot be read")
    for value in after.values():
        of_type(value, torch.float32 if value.is_floating_point() else torch.int64)
    trains = any(differs(after[name], value, rtol=0, atol=1e-6) for name, value in initial.items())
    check(trains or where == "cpu", f"train_gpu on {where} changes no parameter")


@criterion("device")
@needs_cuda(1)
@hint("a given device is used as it is", "The whole training")
def test_given_device_wins(student, harness, local_harness, rng):
    """train_gpu uses the device that it is given, not whatever GPU there is"""
    trained_there = placed(
        lambda: trained(student, harness, local_harness, rng, "a fully connected net", epochs=1)[1],
        "the CPU of a machine with a GPU",
        "train_gpu",
    )
    trained_on(trained_there, "cpu")


@criterion("device")
@needs_cuda(2)
@pytest.mark.parametrize("where", ["cpu", "cuda:1"])
@hint("net.to(device), wherever the net was before", "The whole training")
def test_net_from_another_device(student, harness, local_harness, rng, where):
    """train_gpu moves the net to the given device from a GPU, too"""
    what = f"{where}, with a net that comes from another device,"
    net = "a net with batch normalisation"
    _, report = placed(
        lambda: trained(student, harness, local_harness, rng, net, epochs=1, device=where, begins_on="cuda:0"),
        what,
        "train_gpu",
    )
    trained_on(report, where)


@criterion("device")
@needs_cuda(2)
@hint("X.to(device), y.to(device), wherever the batches come from", "One epoch")
@pytest.mark.parametrize(("where", "data_on"), [("cpu", "cuda:0"), ("cuda:0", "cuda:1")], ids=["CPU", "another GPU"])
def test_batches_from_gpu(student, harness, local_harness, rng, where, data_on):
    """Batches are moved to the device, from a GPU too"""
    net, what = PLAIN, f"{where}, with batches that come from {data_on},"
    state, data = draw_state(local_harness, rng, net), draw_data(rng, 20)
    epoch = net, state, data, BATCH, "SGD", "cross-entropy", 1, where
    training = net, state, data, draw_data(rng, BATCH), SMALL_BATCH, 1, 0.1, where

    def run(function, call, *arguments, **named):
        """What the call reports. Batches may be pinned, which works for those on the CPU only: then without that."""
        try:
            return placed(lambda: call(*arguments, **named, data_on=data_on), what, function)
        except StudentError as error:
            if "cannot pin" not in error.text:
                raise
        return placed(lambda: harness.without_pinning(call, *arguments, **named, data_on=data_on), what, function)

    evaluation = student.evaluate_accuracy_gpu, net, state, data, BATCH, (), where
    _, seen, *_ = run("evaluate_accuracy_gpu", harness.run_evaluation, *evaluation)
    computes_there([place for _, _, place in seen], where, 1, "evaluate_accuracy_gpu")
    _, _, places, *_ = run("train_epoch_gpu", harness.run_epochs, student.train_epoch_gpu, *epoch)
    computes_there(places, where, 3, "train_epoch_gpu")
    report = run("train_gpu", harness.run_training, student.train_gpu, *training, begins_on=where)
    trained_on(report, where)


@criterion("device")
@needs_cuda(2)
@hint("operators on tensors work on every device; numpy does not", "Accuracy")
def test_accuracy_on_gpu(student, harness, rng):
    """accuracy counts on a GPU, too"""
    y_hat, y = torch.randn(20, 3, generator=rng), torch.randint(3, (20,), generator=rng)
    got = placed(lambda: harness.accuracy_on(student.accuracy, y_hat, y, "cuda:1"), "cuda:1", "accuracy")
    if number(got, "accuracy's result") != float((y_hat.argmax(1) == y).sum()):
        same = got == student.accuracy(y_hat, y)
        check(same, "accuracy gives another number for tensors on a GPU than on the CPU")


@criterion("device")
@needs_cuda(1)
@uses_harness("initialisation")
@hint("initialise the weights in place: they stay where they are", "Initialisation")
@pytest.mark.parametrize("kind", ["linear", "convolutional"])
def test_initialisation_on_gpu(student, harness, kind):
    """init_weights leaves the weights on their device"""
    found = harness.initialised_on(student.init_weights, kind, "cuda:0")
    check(found == "cuda:0", f"after init_weights the weights of a {kind} layer on a GPU are on {found}")


LARGE_BATCH = 64


@criterion("device")
@needs_cuda(2)
@hint("X.to(device), y.to(device), once for each batch; then everything is on the device", "One epoch")
def test_epoch_computes_on_device(student, harness, local_harness, worker_kind, rng):
    """train_epoch_gpu computes on the device that it is given, and moves each batch there once"""
    net, where = "a convolutional net", "cuda:1"
    data = draw_data(rng, 3 * LARGE_BATCH)
    arguments = (net, draw_state(local_harness, rng, net), data, LARGE_BATCH, "SGD", "cross-entropy", 1)
    report = placed(
        lambda: harness.recorded_epoch(student.train_epoch_gpu, *arguments, where), where, "train_epoch_gpu"
    )
    heavy(report, worker_kind, where, "train_epoch_gpu")
    moved = sum(tensor.numel() * tensor.element_size() for tensor in data)
    check(report["moved"] < 1.5 * moved, "train_epoch_gpu moves batches to the device more than once")
    check(report["waits"] < 3 * LARGE_BATCH, "train_epoch_gpu reads from the GPU once per sample: each time it waits")


@criterion("device")
@needs_cuda(2)
@hint("count on the device for a whole batch at once, and read one number", "Accuracy")
def test_evaluation_computes_on_device(student, harness, local_harness, worker_kind, rng):
    """evaluate_accuracy_gpu computes on the device, and does not wait for it once per sample"""
    net, where = "a convolutional net", "cuda:1"
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 3 * LARGE_BATCH), LARGE_BATCH)
    report = placed(
        lambda: harness.recorded_evaluation(student.evaluate_accuracy_gpu, *arguments, where),
        where,
        "evaluate_accuracy_gpu",
    )
    heavy(report, worker_kind, where, "evaluate_accuracy_gpu")
    check(report["waits"] < LARGE_BATCH, "evaluate_accuracy_gpu reads from the GPU once per sample: each time it waits")


def heavy(report, worker_kind, where, function):
    """Checks where convolutions and matrix products ran, as far as that could be recorded (on simulated GPUs)."""
    check(report["recorded"] == worker_kind.simulated, "what the GPUs are used for could not be recorded")
    if report["recorded"]:
        elsewhere = [device for device in report["computed"] if device != where]
        check(not elsewhere, f"{function} on {where} computes on {', '.join(elsewhere)} instead")
        check(where in report["computed"], f"{function} on {where} never lets the net compute there")
        check(report["touched"] == [where], f"{function} on {where} uses {', '.join(report['touched'])} too")
