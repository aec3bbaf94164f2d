from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.ModuleList([nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)])
        self.first = nn.Conv2d(1, 6, 5, padding=2)
        self.second = nn.Conv2d(6, 16, 5)
        self.pool = nn.AvgPool2d(2)

    def forward(self, images):
        maps = self.pool(self.first(images).sigmoid())
        maps = self.pool(self.second(maps).sigmoid())
        x = maps.flatten(1)
        for layer in self.dense[:-1]:
            x = layer(x).sigmoid()
        return self.dense[-1](x)


def lenet():
    return LeNet()


def layer_shapes(net, X):
    result = []
    for i in range(len(net)):
        X = net[i](X)
        result.append((net[i].__class__.__name__, tuple(X.size())))
    return result
