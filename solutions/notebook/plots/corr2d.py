# What the learned kernel sees: an image, its edges, and what your layer makes of it.
import matplotlib.pyplot as plt

image = torch.ones(6, 8)
image[:, 2:6] = 0
edges = torch.zeros(6, 7)
edges[:, 1], edges[:, 5] = 1, -1
weight, bias = learn_kernel(image, edges, (1, 2), num_steps=30, lr=0.01)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.2))
shown = [("input", image, 0), ("wanted", edges, -1), ("learned", corr2d(image, weight) + bias, -1)]
for ax, (title, values, black) in zip(axes, shown):
    ax.imshow(values, cmap="gray", vmin=black, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
plt.show()
