"""Goes through as many columns as there are rows: the rest of a wide image stays zero."""
# criterion: values

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    _, H, W = X.shape
    Y = X.new_zeros(len(K), H, W)
    for i in range(H):
        for j in range(min(H, W)):
            Y[:, i, j] = K[:, :, 0, 0] @ X[:, i, j]
    return Y
