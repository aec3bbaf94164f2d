# Your loop at work: a small network on random patterns, one per class. Then put LeNet and the real data in.
import matplotlib.pyplot as plt

torch.manual_seed(0)
patterns = torch.randn(10, 1, 28, 28)
labels = torch.arange(10).repeat(60)
images = patterns[labels] + torch.randn(600, 1, 28, 28)
data = torch.utils.data.TensorDataset(images, labels)
train_iter = torch.utils.data.DataLoader(data, 20, shuffle=True)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 60), nn.Sigmoid(), nn.Linear(60, 10))
history = train_gpu(net, train_iter, torch.utils.data.DataLoader(data, 100), 8, 0.3, try_gpu())
for key in ("train_loss", "train_acc", "test_acc"):
    plt.plot(range(1, 9), [entry[key] for entry in history], marker="o", label=key)
plt.xlabel("epoch")
plt.legend()
plt.show()
