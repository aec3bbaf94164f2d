# What the learned kernel sees: an image, its edges, and what your layer makes of it.
import matplotlib.pyplot as plt

image = torch.ones(6, 8)
image[:, 2:6] = 0
edges = torch.zeros(6, 7)
edges[:, 1], edges[:, 5] = 1, -1
weight, bias = learn_kernel(image, edges, (1, 2), num_steps=30, lr=0.01)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.2))
for ax, title, values in zip(axes, ["input", "wanted", "learned"], [image, edges, corr2d(image, weight) + bias]):
    ax.imshow(values, cmap="gray", vmin=-1, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
plt.show()
